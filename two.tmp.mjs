import neo4j from 'neo4j-driver'; import {readFileSync} from 'node:fs'
const env = Object.fromEntries(readFileSync('.selfsame/stacks/dev/stack.env','utf8').trim().split('\n').map(l=>{const i=l.indexOf('=');return [l.slice(0,i),l.slice(i+1)]}))
const d=neo4j.driver(env.SELFSAME_NEO4J_URI,neo4j.auth.basic('neo4j',env.SELFSAME_NEO4J_PASSWORD))
const body=readFileSync('cypher/identity/read-records-of.cypher','utf8')
const {records}=await d.executeQuery('MATCH (c:Customer) RETURN c.id AS id LIMIT 300'); const ids=records.map(r=>r.get('id'))
const s=d.session()
const show=(p,i=0)=>{console.log(' '.repeat(i)+p.operatorType, (p.arguments.Details??'').slice(0,80), p.dbHits??'', p.rows??''); (p.children??[]).forEach(c=>show(c,i+1))}
for (const prefix of ['CYPHER replan=skip EXPLAIN\n','EXPLAIN CYPHER replan=skip\n','CYPHER replan=skip PROFILE\n','EXPLAIN\n', 'CYPHER replan=force\n', 'CYPHER replan=skip\n']) {
  const t0=performance.now(); const r=await s.run(prefix+body,{ids}); console.log('##',prefix.trim(),(performance.now()-t0).toFixed(0)); const p=r.summary.profile||r.summary.plan; if(p) show(p)
}
await d.close()
