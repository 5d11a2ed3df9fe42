-- Which verdicts changed when data or articles were renewed? One row a change, from one data version to the next.
-- column was: verdict at the data version before
-- column verdict: verdict since then
-- column computed_value_was: computed value at the data version before
-- column vintage_set_was: the data version before
-- column checked_at_was: when it was checked before
-- column releases: `source vintage` of each release that came in between; none where the figure or a rule changed, or where it was not recorded
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
),
pairs AS (
    SELECT DISTINCT vintage_set_was, vintage_set
    FROM steps
    WHERE vintage_set_was IN (SELECT vintage_set FROM vintage_sets)
),
came_in AS (
    SELECT p.vintage_set_was, p.vintage_set, list(n.source || ' ' || n.vintage ORDER BY n.source, n.vintage) AS releases
    FROM pairs AS p
    JOIN vintage_sets AS n USING (vintage_set)
    LEFT JOIN vintage_sets AS b
        ON b.vintage_set = p.vintage_set_was AND b.source = n.source AND b.vintage = n.vintage
    WHERE b.vintage_set IS NULL
    GROUP BY ALL
)
SELECT
    s.*,
    f.article_id,
    f.quote,
    coalesce(r.releases, []) AS releases
FROM steps AS s
LEFT JOIN figures AS f USING (figure_id)
LEFT JOIN came_in AS r USING (vintage_set_was, vintage_set)
WHERE s.was <> s.verdict;
