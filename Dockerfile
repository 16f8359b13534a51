# Renkei as a container: docker build -t renkei .
#
# Configuration: /etc/renkei/renkei.yaml. Data: /var/lib/renkei. No secret is in it, nor is one given while it is built.
FROM maven:3.9.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
RUN mvn -B -ntp -Pdistribution -Dquick -DskipTests -pl cli -am package \
  && mkdir /unpacked \
  && tar -xzf cli/target/renkei-*.tar.gz -C /unpacked --strip-components=1

FROM eclipse-temurin:17-jre-jammy
RUN groupadd --gid 10001 renkei \
  && useradd --uid 10001 --gid 10001 --home-dir /var/lib/renkei --shell /usr/sbin/nologin renkei \
  && install -d -o 10001 -g 10001 -m 0700 /var/lib/renkei \
  && install -d -m 0755 /etc/renkei
COPY --from=build /unpacked /opt/renkei
COPY deploy/container/health /opt/renkei/health
ENV PATH="/opt/renkei:${PATH}"
USER 10001:10001
WORKDIR /var/lib/renkei
VOLUME /var/lib/renkei
EXPOSE 8080
# RENKEI_HEALTH_PORT is the port of server.listen.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 CMD ["bash", "/opt/renkei/health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/renkei/renkei"]
CMD ["up", "-c", "/etc/renkei/renkei.yaml", "--plain"]
