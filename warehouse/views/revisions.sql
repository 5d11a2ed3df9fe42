-- How did a figure change from vintage to vintage? Every period at every vintage, with the step from the vintage before of
-- the same source. The first one held has no step.
-- needs: trade_balance
-- column released_on: day on which the vintage counts as known
-- column exports_usd: exports in U.S. dollars
-- column imports_usd: imports in U.S. dollars
-- column balance_usd: exports minus imports
-- column exports_step_usd: exports less exports in the vintage before
-- column imports_step_usd: imports less imports in the vintage before
-- column balance_step_usd: balance less balance in the vintage before; below zero a deficit grew
CREATE VIEW revisions AS
SELECT
    b.* EXCLUDE (imports_consumption_usd, total_usd),
    v.released_on,
    v.released_on_bound,
    b.exports_usd - lag(b.exports_usd) OVER earlier AS exports_step_usd,
    b.imports_usd - lag(b.imports_usd) OVER earlier AS imports_step_usd,
    b.balance_usd - lag(b.balance_usd) OVER earlier AS balance_step_usd
FROM trade_balance AS b
JOIN vintages AS v USING (source, vintage)
WINDOW earlier AS (
    PARTITION BY
        b.source, b.reporter, b.partner, b.scope, b.basis, b.adjustment, b.frequency, b.period, b.period_start
    ORDER BY v.released_on, b.vintage
);
