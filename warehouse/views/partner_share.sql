-- How large a part of all trade is with a partner? Its exports, imports and two-way trade in percent of the world's row of
-- the same source and vintage. The parts of a year's countries and residuals add up to 100; groups overlap them.
-- needs: trade_balance
-- column export_share_percent: exports to the partner in percent of exports to the world
-- column import_share_percent: imports from the partner in percent of imports from the world
-- column total_share_percent: two-way trade with the partner in percent of two-way trade with the world
-- column exports_usd: exports in U.S. dollars
-- column imports_usd: imports in U.S. dollars
-- column total_usd: exports plus imports
CREATE VIEW partner_share AS
SELECT
    part.* EXCLUDE (imports_consumption_usd, balance_usd),
    100 * part.exports_usd / nullif(whole.exports_usd, 0) AS export_share_percent,
    100 * part.imports_usd / nullif(whole.imports_usd, 0) AS import_share_percent,
    100 * part.total_usd / nullif(whole.total_usd, 0) AS total_share_percent
FROM trade_balance AS part
JOIN trade_balance AS whole
    USING (source, vintage, reporter, scope, basis, adjustment, frequency, period, period_start)
WHERE part.partner <> 'world' AND whole.partner = 'world';
