// Purpose: customers by the words of their name, whatever its accents and capitals; a moment after they are committed
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE FULLTEXT INDEX customer_name IF NOT EXISTS FOR (c:Customer) ON EACH [c.nameWords]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: true}}
