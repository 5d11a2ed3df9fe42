-- Which verdicts changed when data or articles were renewed? One row a change, from one data version to the next.
-- column was: verdict at the data version before
-- column verdict: verdict since then
-- column computed_value_was: computed value at the data version before
-- column vintage_set_was: the data version before
-- column checked_at_was: when it was checked before
CREATE VIEW verdict_changes AS
WITH steps AS (
    SELECT
        figure_id,
        checked_at,
        lag(verdict) OVER before AS was,
        verdict,
        lag(computed_value) OVER before AS computed_value_was,
        computed_value,
        lag(vintage_set) OVER before AS vintage_set_was,
        vintage_set,
        lag(checked_at) OVER before AS checked_at_was
    FROM check_history
    WINDOW before AS (PARTITION BY figure_id ORDER BY checked_at, vintage_set)
)
SELECT s.*, f.article_id, f.quote
FROM steps AS s
LEFT JOIN figures AS f USING (figure_id)
WHERE s.was <> s.verdict;
