# One image per service. `npm run build` puts this file and what the image holds into dist/<service>:
#   docker build -t sahary/metering dist/metering
# NODE_IMAGE may name any image with Node 24, so that a site without a registry can use its own.
ARG NODE_IMAGE=node:24-slim
FROM ${NODE_IMAGE}
# What a service keeps on a disk; a volume that is laid over it gets the same owner.
RUN mkdir -p /documents && chown 10001:10001 /documents
# The portal is in the gateway's image; nobody else looks there.
ENV NODE_ENV=production PORTAL_DIR=/app/portal
WORKDIR /app
COPY app/ ./
USER 10001:10001
EXPOSE 8080 9090
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s CMD ["node", "health.js"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/main.js"]
