-- What did the press print, and what do the series say? One row a checked figure, published beside computed value. Figures
-- that are no trade figures (`other`) are left out.
-- column title: headline of the article
-- column partner: with whom, as read from the article; several joined by +
-- column flow: exports, imports, balance, total (two-way trade), none
-- column scope: as read from the article
-- column period: as read from the article: YYYY, YYYY-MM, YYYY-Qn, A..B inclusive, current or unknown
-- column vintage: vintage or statement that was used
-- column difference_percent: difference in percent of the computed value
CREATE VIEW published_vs_computed AS
SELECT
    a.title,
    a.publisher,
    f.published_on,
    f.quote,
    f.kind,
    f.flow,
    f.sign,
    f.scope,
    f.reporter,
    f.partner,
    f.period,
    f.base_period,
    f.hedge,
    c.published_value,
    c.computed_value,
    c.difference,
    100 * c.difference / nullif(abs(c.computed_value), 0) AS difference_percent,
    c.tolerance_low,
    c.tolerance_high,
    c.verdict,
    c.reason,
    c.computed_basis,
    c.vintage,
    c.vintage_choice,
    c.revised_since,
    c.internal_check,
    c.explanation,
    a.duplicate_of,
    f.article_id,
    f.figure_id
FROM figures AS f
JOIN checks AS c USING (figure_id)
JOIN articles AS a USING (article_id)
WHERE f.kind <> 'other';
