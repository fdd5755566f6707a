set -e
D=/work/shared/data
[ -d ../shared/data ] && D=$(realpath ../shared/data)
for s in ${@:-fake_1000 febrl1 febrl3 jempi_kenya rldata10000 retail}; do
  npx selfsame stack reset --stack dev > /dev/null 2>&1 < /dev/null; npx selfsame stack up --stack dev >/dev/null 2>&1
  case $s in
    retail) npx selfsame ingest $D/retail/observations.ndjson --source web --stack dev > /tmp/e2e.$s.ingest 2>&1 || true;;
    jempi_kenya) npx selfsame ingest $D/$s/records.csv --source set --country KE --stack dev > /tmp/e2e.$s.ingest 2>&1 || true;;
    rldata10000) npx selfsame ingest $D/$s/records.csv --source set --mapping ops/bench/mappings/rldata10000.yaml --stack dev > /tmp/e2e.$s.ingest 2>&1 || true;;
    *) npx selfsame ingest $D/$s/records.csv --source set --stack dev > /tmp/e2e.$s.ingest 2>&1 || true;;
  esac
  score() {
    if [ $s = retail ]; then npx selfsame export identity-map --stack dev > /tmp/e2e.csv; else npx selfsame export records --source set --stack dev > /tmp/e2e.csv; fi
    echo "$s $1 $(python3 ../shared/tools/score.py $D/$s/truth.csv /tmp/e2e.csv | tr -d '\n ')"
  }
  score default
  npx selfsame train --apply --stack dev > /tmp/e2e.$s.train 2>&1 || tail -3 /tmp/e2e.$s.train
  score trained
  npx selfsame rebuild --check --stack dev > /tmp/e2e.$s.check 2>&1 || true; tail -1 /tmp/e2e.$s.check
done
