-- What did the series say on that day? Every series and period at the newest vintage known on the day, as `observations`.
-- A year that was not complete on that day has no annual row. Statements of officials: `statements_as_of`.
CREATE MACRO trade_as_of(as_of) AS TABLE
SELECT o.*
FROM observations AS o
JOIN vintages AS v USING (source, vintage)
WHERE v.released_on <= CAST(as_of AS DATE)
QUALIFY row_number() OVER (
    PARTITION BY o.source, o.series_id, o.period, o.reporter, o.partner, o.flow, o.scope, o.basis, o.frequency
    ORDER BY v.released_on DESC, o.vintage DESC
) = 1;
