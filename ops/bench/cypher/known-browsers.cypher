// Purpose: e-mails with a browser that showed them: some of them, as if drawn by lot, because cookies are
// Params: below (a cookie), limit
// Returns: cookie, email (values), observedAt (ms)
// Locks: none
MATCH (c:Cookie)
WHERE c.value < $below
MATCH (c)-[o:OBSERVED]-(e:Email)
WHERE o.firstSeen IS NOT NULL
RETURN c.value AS cookie, e.value AS email, o.firstSeen.epochMillis AS observedAt
ORDER BY cookie
LIMIT $limit
