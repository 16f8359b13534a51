package dev.renkei.server.alert;

/** What the page of the docs says around its table. */
final class AlertsPage {
  static final String HEAD =
      """
      # Alerts

      ```yaml
      objectives: {lag_p99: 2s, retention_left: 12h}
      alerts:
        memory: 80%
        cpu: 80%
        to:
          - {slack: "${SLACK_URL}"}
          - {webhook: "https://ops.shop.example/alert", secret: "${file:/run/secrets/alerts}"}
      ```

      Every process judges its own sample once a second by the list below: `renkei up` all parts that it runs, `renkei track`, `flow` and `load` theirs. What is
      wrong for as long as it must be *fires*, and is told once; what is well again for as long (30 s at most) is *cleared*, and that is told once. `renkei status`
      and `GET /api/status` show what fires, the log has a line for both, and `renkei_alerts_firing` counts. `renkei alerts list -c shop.yaml` shows the limits of a
      configuration; `renkei alerts test -c shop.yaml` sends a notice that is marked as a test to each target, and shows it and the answer.

      Without `lag_p99` nobody is told of lag. Without `retention_left` it is a quarter of what the source keeps. Tables with `reload_every` need no retention.

      | alert | severity | what | when (limits of the example) | what to do |
      |---|---|---|---|---|
      """;

  static final String TAIL =
      """

      What an operator has [paused](guides/operations.md#what-rests) fires no `flow_down`, no `flow_stands` and no `loader_down`; `retention_running_out` it does.

      A process sees what runs inside it. A tracker in another process is gone where it ran on this machine (its run file) and runs no more, killed or stopped, until
      it runs again; only the process that hosts the hub (`renkei up`) looks. How far each flow on Kafka is, whichever machine runs it, the same process asks; with a cluster of your own the process that loads a warehouse does, too. Whether the process itself runs, only somebody outside can tell: Prometheus by `up`, Cloud Monitoring, the
      service manager. Memory is the greater of resident memory of what the container or machine has, and used heap of the greatest heap.

      ## What is sent
      A webhook gets a POST of JSON: `type` (`renkei.alert`), `id`, `state` (`firing`, `cleared` or `test`), `installation`, `alert`, `severity`, `subject`,
      `message`, `cure`, `since`, `at`. With `secret` it is signed as [rules](rules.md) sign theirs (Standard Webhooks: `webhook-id`, `webhook-timestamp`,
      `webhook-signature`). Slack gets a `text` for an incoming webhook. What is not taken (5xx, 408, 425, 429, no connection) is sent again ten times over about eight
      minutes, in order, under its `id`; other answers are logged and given up. Notices that wait when the process ends are lost.
      Addresses are shown by scheme and host alone: their paths may be what lets a caller in.

      ## Elsewhere
      The same list is rendered as Prometheus rules (`deploy/prometheus/renkei-alerts.yaml`), a Grafana dashboard (`deploy/grafana/renkei.json`), and alert policies,
      log-based metrics and a dashboard of Cloud Monitoring (`deploy/terraform/modules/monitoring`); a test holds them equal. Prometheus scrapes `/metrics`
      ([metrics](metrics.md)) in a job called `renkei`:

      ```yaml
      rule_files: [renkei-alerts.yaml]
      scrape_configs:
        - job_name: renkei
          scrape_interval: 15s
          authorization: {credentials_file: /run/secrets/renkei-token}   # only with server.token
          static_configs: [{targets: ["127.0.0.1:8080"]}]
      ```
      """;

  private AlertsPage() {}
}
