-- Which place does a country hold among all partners in a period? Countries only: no groups, no residuals. 1 is largest.
-- A source that lists some countries only ranks among those; `countries` says how many there are.
-- needs: trade_balance
-- column name: English name of the partner
-- column countries: how many countries this source and vintage have in the period
-- column export_rank: place by exports, 1 = largest export market
-- column import_rank: place by imports, 1 = largest supplier
-- column total_rank: place by exports plus imports, 1 = largest trading partner
-- column deficit_rank: place by the reporter's deficit, 1 = largest deficit; null where there is none
-- column surplus_rank: place by the reporter's surplus, 1 = largest surplus; null where there is none
-- column exports_usd: exports in U.S. dollars
-- column imports_usd: imports in U.S. dollars
-- column balance_usd: exports minus imports
-- column total_usd: exports plus imports
CREATE VIEW partner_rank AS
WITH ranked AS (
    SELECT b.* EXCLUDE (imports_consumption_usd), p.name
    FROM trade_balance AS b
    JOIN partners AS p ON p.partner = b.partner AND p.kind = 'country'
)
SELECT
    *,
    count(*) OVER among AS countries,
    CASE WHEN exports_usd IS NOT NULL THEN rank() OVER (among ORDER BY exports_usd DESC NULLS LAST) END AS export_rank,
    CASE WHEN imports_usd IS NOT NULL THEN rank() OVER (among ORDER BY imports_usd DESC NULLS LAST) END AS import_rank,
    CASE WHEN total_usd IS NOT NULL THEN rank() OVER (among ORDER BY total_usd DESC NULLS LAST) END AS total_rank,
    CASE WHEN balance_usd < 0 THEN rank() OVER (among ORDER BY balance_usd ASC NULLS LAST) END AS deficit_rank,
    CASE WHEN balance_usd > 0 THEN rank() OVER (among ORDER BY balance_usd DESC NULLS LAST) END AS surplus_rank
FROM ranked
WINDOW among AS (
    PARTITION BY source, vintage, reporter, scope, basis, adjustment, frequency, period, period_start
);
