# One image per service from its bundle: npm run build, then
#   docker build -f infra/docker/service.Dockerfile --build-arg SERVICE=metering -t sahary/metering .
# NODE_IMAGE may name any image with Node 24, so that a site without a registry can use its own.
ARG NODE_IMAGE=node:24-slim
FROM ${NODE_IMAGE}
ARG SERVICE
ENV NODE_ENV=production
WORKDIR /app
COPY services/${SERVICE}/dist/ ./
USER 10001:10001
EXPOSE 8080 9090
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["main.js"]
