package dev.renkei.server.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.core.config.AlertsConfig;
import dev.renkei.server.Rewritten;
import dev.renkei.server.metrics.Metric;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What is deployed beside Renkei is rendered from the same list of alerts and metrics. {@code mvn
 * -pl server test -Dtest=RenderedFilesTest -Drenkei.rewrite=true} writes it anew.
 */
class RenderedFilesTest {
  /** What the example of the documentation says. */
  private static final List<AlertRule> RULES =
      AlertRules.of(
          new AlertsConfig(0.8, 0.8, Duration.ofSeconds(2), Duration.ofHours(12), List.of()));

  private static final Pattern NAME = Pattern.compile("renkei_[a-z0-9_]+");

  @Test
  void prometheusHasTheSameAlerts() throws Exception {
    StringBuilder yaml =
        new StringBuilder(
            """
            # Rendered from the list of alerts (docs/alerts.md), with the limits of docs/renkei.example.yaml. Edit the limits, not the names.
            groups:
              - name: renkei
                rules:
            """);
    for (AlertRule rule : RULES) {
      yaml.append(
          """
                - alert: %s
                  expr: %s
                  for: %ds
                  labels: {severity: %s}
                  annotations:
                    summary: "%s."
                    description: "%s"
          """
              .formatted(
                  Promql.camel(rule.name()),
                  Promql.of(rule),
                  rule.holds().toSeconds(),
                  severity(rule),
                  rule.summary(),
                  rule.cure()));
    }
    yaml.append(
        """
              # What no process can tell of itself: that it runs.
              - alert: RenkeiProcessDown
                expr: up{job="renkei"} == 0
                for: 60s
                labels: {severity: critical}
                annotations:
                  summary: "A Renkei process does not answer."
                  description: "Start it again; see its log."
        """);

    check(yaml.toString());
    Rewritten.assertThatFileIs("deploy/prometheus/renkei-alerts.yaml", yaml.toString());
  }

  private static String severity(AlertRule rule) {
    return rule.severity().name().toLowerCase(Locale.ROOT);
  }

  /** A panel: title, unit of Grafana, expression, legend. */
  private record Panel(String title, String unit, String expression, String legend) {}

  private static final List<Panel> PANELS =
      List.of(
          new Panel(
              "Lag p50, commit to warehouse",
              "s",
              "renkei_warehouse_lag_p50_seconds",
              "{{warehouse}}"),
          new Panel(
              "Lag p99, commit to warehouse",
              "s",
              "renkei_warehouse_lag_p99_seconds",
              "{{warehouse}}"),
          new Panel(
              "Slowest tables, lag p99",
              "s",
              "topk(10, renkei_lag_p99_seconds)",
              "{{table}} {{warehouse}}"),
          new Panel(
              "Changes",
              "ops",
              "sum by (warehouse) (rate(renkei_changes_total[1m]))",
              "{{warehouse}}"),
          new Panel(
              "Busiest tables",
              "ops",
              "topk(10, sum by (table) (rate(renkei_changes_total[1m])))",
              "{{table}}"),
          new Panel(
              "Snapshots, rows read",
              "ops",
              "sum by (warehouse) (rate(renkei_snapshot_rows_total[1m]))",
              "{{warehouse}}"),
          new Panel(
              "Behind the source, versions",
              "short",
              "topk(10, renkei_table_versions_behind)",
              "{{table}} {{tracker}}"),
          new Panel(
              "Retention left",
              "s",
              "bottomk(10, renkei_table_retention_left_seconds)",
              "{{table}} {{tracker}}"),
          new Panel(
              "Retries in a row", "short", "renkei_table_failures > 0", "{{table}} {{tracker}}"),
          new Panel("Flows, messages in", "ops", "rate(renkei_flow_in_total[1m])", "{{flow}}"),
          new Panel("Waiting for flows", "short", "renkei_flow_backlog_messages", "{{flow}}"),
          new Panel(
              "Waiting for the warehouse",
              "short",
              "renkei_warehouse_backlog_messages",
              "{{warehouse}}"),
          new Panel(
              "Dead letters in 10 minutes",
              "short",
              "increase(renkei_warehouse_dead_letters_total[10m]) or increase(renkei_flow_dead_letters_total[10m])",
              "{{warehouse}}{{flow}}"),
          new Panel("Rules fired", "ops", "rate(renkei_rule_fired_total[5m])", "{{rule}}"),
          new Panel("Memory", "percentunit", "renkei_memory_ratio", "{{instance}}"),
          new Panel("Processors", "percentunit", "renkei_cpu_ratio", "{{instance}}"),
          new Panel("Alerts that fire", "short", "renkei_alerts_firing", "{{instance}}"));

  @Test
  void grafanaHasADashboardOfTheSameMetrics() throws Exception {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode board = mapper.createObjectNode();
    board
        .put("title", "Renkei")
        .put("uid", "renkei")
        .put("schemaVersion", 39)
        .put("editable", true);
    board.put("refresh", "10s");
    board.putObject("time").put("from", "now-1h").put("to", "now");
    board.putArray("tags").add("renkei");
    ObjectNode source = board.putObject("templating").putArray("list").addObject();
    source.put("name", "datasource").put("type", "datasource").put("query", "prometheus");
    ArrayNode panels = board.putArray("panels");
    for (int i = 0; i < PANELS.size(); i++) {
      Panel panel = PANELS.get(i);
      ObjectNode node = panels.addObject();
      node.put("id", i + 1).put("type", "timeseries").put("title", panel.title());
      node.putObject("gridPos").put("h", 8).put("w", 12).put("x", i % 2 * 12).put("y", i / 2 * 8);
      node.putObject("datasource").put("type", "prometheus").put("uid", "${datasource}");
      node.putObject("fieldConfig").putObject("defaults").put("unit", panel.unit()).put("min", 0);
      ObjectNode target = node.putArray("targets").addObject();
      target.put("refId", "A").put("expr", panel.expression()).put("legendFormat", panel.legend());
    }
    String json = mapper.writeValueAsString(board) + "\n";

    check(json.replace("\"renkei\"", ""));
    Rewritten.assertThatFileIs("deploy/grafana/renkei.json", json);
  }

  @Test
  void cloudMonitoringHasTheSameAlerts() throws Exception {
    StringBuilder hcl =
        new StringBuilder(
            """
            # Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

            # Rendered from the list of alerts (docs/alerts.md). Metrics come by Managed Service for Prometheus: its collector scrapes /metrics.

            terraform {
              required_providers {
                google = {
                  source = "hashicorp/google"
                }
              }
            }

            locals {
              alerts = {
            """);
    for (AlertRule rule : RULES) {
      hcl.append(
          """
              %s = {
                summary  = "%s."
                cure     = "%s"
                query    = "%s"
                duration = "%ds"
                severity = "%s"
              }
          """
              .formatted(
                  rule.name(),
                  rule.summary(),
                  rule.cure(),
                  query(rule),
                  rule.holds().toSeconds(),
                  rule.severity().name()));
    }
    hcl.append(REST.formatted(widgets()));

    check(hcl.toString().replaceAll("renkei_(errors|alerts)\\b", ""));
    Rewritten.assertThatFileIs("deploy/terraform/modules/monitoring/main.tf", hcl.toString());
  }

  /** Limits that people set are variables. */
  private static String query(AlertRule rule) {
    String query = Promql.of(rule);
    return switch (rule.name()) {
      case "lag_over_objective" ->
          query.replaceAll("> 2$", Matcher.quoteReplacement("> ${var.lag_p99_seconds}"));
      case "retention_running_out" ->
          query.replaceAll("< 43200$", Matcher.quoteReplacement("< ${var.retention_left_seconds}"));
      case "memory_high" -> query.replaceAll("> 0.8$", Matcher.quoteReplacement("> ${var.memory}"));
      case "cpu_high" -> query.replaceAll("> 0.8$", Matcher.quoteReplacement("> ${var.cpu}"));
      default -> query;
    };
  }

  private static String widgets() {
    return PANELS.stream()
        .map(
            panel ->
                """
                    {
                      title = "%s"
                      query = "%s"
                    },
                """
                    .formatted(panel.title(), panel.expression())
                    .stripTrailing())
        .collect(Collectors.joining("\n"));
  }

  private static final String REST =
      """
          }

          widgets = [
      %s
          ]
        }

        resource "google_monitoring_alert_policy" "renkei" {
          for_each = local.alerts

          project               = var.project
          display_name          = "Renkei: ${each.value.summary}"
          combiner              = "OR"
          severity              = each.value.severity
          notification_channels = var.notification_channels
          user_labels           = var.labels

          conditions {
            display_name = each.key

            condition_prometheus_query_language {
              query               = each.value.query
              duration            = each.value.duration
              evaluation_interval = "30s"
              alert_rule          = each.key
            }
          }

          documentation {
            content   = each.value.cure
            mime_type = "text/markdown"
          }
        }

        # Of the logs, written as JSON (RENKEI_LOG=json): what processes say themselves, also where nobody scrapes them.
        resource "google_logging_metric" "errors" {
          project     = var.project
          name        = "${var.prefix}_errors"
          description = "Errors that Renkei logs."
          filter      = "jsonPayload.logger:\\"dev.renkei\\" AND severity>=ERROR"

          metric_descriptor {
            metric_kind = "DELTA"
            value_type  = "INT64"
          }
        }

        resource "google_logging_metric" "alerts" {
          project     = var.project
          name        = "${var.prefix}_alerts"
          description = "Alerts that fire inside Renkei's processes."
          filter      = "jsonPayload.message:\\"alert fires\\""

          metric_descriptor {
            metric_kind = "DELTA"
            value_type  = "INT64"

            labels {
              key        = "alert"
              value_type = "STRING"
            }
          }

          label_extractors = {
            alert = "EXTRACT(jsonPayload.alert)"
          }
        }

        resource "google_monitoring_dashboard" "renkei" {
          project = var.project

          dashboard_json = jsonencode({
            displayName = "Renkei"
            gridLayout = {
              columns = "2"
              widgets = [
                for widget in local.widgets : {
                  title = widget.title
                  xyChart = {
                    dataSets = [
                      {
                        plotType = "LINE"
                        timeSeriesQuery = {
                          prometheusQuery = widget.query
                        }
                      }
                    ]
                  }
                }
              ]
            }
          })
        }
      """
          .replaceAll("(?m)^  ", "");

  @Test
  void theDocsListTheSameAlerts() throws Exception {
    StringBuilder page = new StringBuilder(AlertsPage.HEAD);
    for (AlertRule rule : RULES) {
      page.append(
          "| `%s` | %s | %s | %s | %s |%n"
              .formatted(
                  rule.name(),
                  severity(rule),
                  rule.summary(),
                  rule.condition().replaceAll("(renkei_[a-z0-9_]+)", "`$1`"),
                  rule.cure()));
    }
    page.append(AlertsPage.TAIL);

    Rewritten.assertThatFileIs("docs/alerts.md", page.toString());
  }

  /** That no name is misspelt. */
  private static void check(String rendered) {
    Set<String> known = new HashSet<>();
    for (Metric metric : Metric.values()) {
      known.add(metric.text());
    }
    Set<String> used = new HashSet<>();
    Matcher matcher = NAME.matcher(rendered);
    while (matcher.find()) {
      used.add(matcher.group());
    }

    assertThat(known).containsAll(used);
  }
}
