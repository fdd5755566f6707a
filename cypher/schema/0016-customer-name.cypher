// Purpose: customers by the words of their name, whatever its accents and capitals; a moment after they are committed
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE FULLTEXT INDEX customer_name IF NOT EXISTS FOR (c:Customer) ON EACH [c.name]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-folding', `fulltext.eventually_consistent`: true}}
