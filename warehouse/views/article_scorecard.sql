-- How did each article fare? Its trade figures by verdict; quantities that are no trade figures (`other`) are not counted.
-- column figures: trade figures found
-- column within_tolerance: figures that the series or a statement of the time supports
-- column other_reading: figures supported only on another reading or by later revisions
-- column outside_tolerance: figures that nothing supports
-- column not_checkable: figures that could not be checked, with a reason each
-- column inconsistent: figures at odds with another figure of the same article
-- column supported_percent: within tolerance, on any reading, in percent of the figures that could be checked
CREATE VIEW article_scorecard AS
SELECT
    a.article_id,
    any_value(a.title) AS title,
    any_value(a.publisher) AS publisher,
    any_value(a.published_on) AS published_on,
    any_value(a.path) AS path,
    any_value(a.duplicate_of) AS duplicate_of,
    count(f.figure_id) AS figures,
    count(*) FILTER (c.verdict = 'within_tolerance') AS within_tolerance,
    count(*) FILTER (c.verdict = 'within_tolerance_other_reading') AS other_reading,
    count(*) FILTER (c.verdict = 'outside_tolerance') AS outside_tolerance,
    count(*) FILTER (c.verdict = 'not_checkable') AS not_checkable,
    count(*) FILTER (c.internal_check = 'inconsistent') AS inconsistent,
    100 * (within_tolerance + other_reading)
        / nullif(within_tolerance + other_reading + outside_tolerance, 0) AS supported_percent
FROM articles AS a
LEFT JOIN figures AS f ON f.article_id = a.article_id AND f.kind <> 'other'
LEFT JOIN checks AS c USING (figure_id)
GROUP BY a.article_id;
