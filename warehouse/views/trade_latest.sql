-- What do the series say now? Every series and period at the newest vintage that is held, as `observations`.
-- column released_on: day on which that vintage counts as known
CREATE VIEW trade_latest AS
SELECT o.*, v.released_on
FROM observations AS o
JOIN vintages AS v USING (source, vintage)
-- The columns after the key depend on it; they are named so that a filter on them is applied before the window.
QUALIFY row_number() OVER (
    PARTITION BY o.source, o.series_id, o.period, o.reporter, o.partner, o.flow, o.scope, o.basis, o.frequency
    ORDER BY v.released_on DESC, o.vintage DESC
) = 1;
