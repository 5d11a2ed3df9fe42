-- How did each publisher fare? Trade figures of its articles by verdict. An article that repeats another counts once, for
-- the one it repeats; quantities that are no trade figures (`other`) are not counted.
-- needs: article_scorecard
-- column articles: articles, repetitions left out
-- column figures: trade figures found in them
-- column within_tolerance: figures that the series or a statement of the time supports
-- column other_reading: figures supported only on another reading or by later revisions
-- column outside_tolerance: figures that nothing supports
-- column not_checkable: figures that could not be checked, with a reason each
-- column inconsistent: figures at odds with another figure of the same article
-- column supported_percent: within tolerance, on any reading, in percent of the figures that could be checked
CREATE VIEW publisher_scorecard AS
SELECT
    coalesce(publisher, 'unknown') AS publisher,
    count(*) AS articles,
    sum(figures)::BIGINT AS figures,
    sum(within_tolerance)::BIGINT AS within_tolerance,
    sum(other_reading)::BIGINT AS other_reading,
    sum(outside_tolerance)::BIGINT AS outside_tolerance,
    sum(not_checkable)::BIGINT AS not_checkable,
    sum(inconsistent)::BIGINT AS inconsistent,
    100 * (sum(within_tolerance) + sum(other_reading))
        / nullif(sum(within_tolerance) + sum(other_reading) + sum(outside_tolerance), 0) AS supported_percent
FROM article_scorecard
WHERE duplicate_of IS NULL
GROUP BY ALL;
