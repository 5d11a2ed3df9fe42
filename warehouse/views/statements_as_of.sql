-- What had officials stated by that day? Every statement that counted as known, as `statements`, and whether its day is
-- only bounded: then it was certainly public by `known_by`, perhaps not yet on the day asked for.
CREATE MACRO statements_as_of(as_of) AS TABLE
SELECT s.*, s.known_by > CAST(as_of AS DATE) AS is_bounded
FROM statements AS s
WHERE s.known_from <= CAST(as_of AS DATE);
