-- How much was traded with a partner in a period, in every vintage? Exports, imports, balance and two-way trade side by
-- side. Name a `frequency` and a `vintage` (or take `trade_latest`) before adding anything up.
-- column exports_usd: exports in U.S. dollars
-- column imports_usd: imports in U.S. dollars: general imports, or as the basis of the source has them
-- column imports_consumption_usd: imports for consumption in U.S. dollars, where that series is held
-- column balance_usd: as the source prints it, else exports minus imports; negative is a deficit of the reporter
-- column total_usd: as the source prints it, else exports plus imports: two-way trade
CREATE VIEW trade_balance AS
SELECT
    source,
    vintage,
    reporter,
    partner,
    scope,
    basis,
    adjustment,
    frequency,
    period,
    period_start,
    -- A partner can have several codes in one source (Sudan before and after July 2011): they add up.
    sum(value_usd) FILTER (flow = 'exports') AS exports_usd,
    sum(value_usd) FILTER (flow = 'imports' AND valuation IS DISTINCT FROM 'consumption_customs') AS imports_usd,
    sum(value_usd) FILTER (flow = 'imports' AND valuation = 'consumption_customs') AS imports_consumption_usd,
    coalesce(sum(value_usd) FILTER (flow = 'balance'), exports_usd - imports_usd) AS balance_usd,
    coalesce(sum(value_usd) FILTER (flow = 'total'), exports_usd + imports_usd) AS total_usd
FROM observations
GROUP BY ALL;
