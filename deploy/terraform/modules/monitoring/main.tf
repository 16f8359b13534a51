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
    retries_exhausted = {
      summary  = "A table has failed as often in a row as `retry_max_times` allows."
      cure     = "See `renkei status` for what fails and its cure; the table is tried again all the while."
      query    = "renkei_table_retries_exhausted > 0"
      duration = "0s"
      severity = "CRITICAL"
    }
    retention_running_out = {
      summary  = "The source will soon drop changes that were not read."
      cure     = "Mend what holds the table up, or raise CHANGE_RETENTION before it is too late."
      query    = "renkei_table_retention_left_seconds < ${var.retention_left_seconds}"
      duration = "60s"
      severity = "CRITICAL"
    }
    tracker_gone = {
      summary  = "A tracker runs no more, or reaches its source or the hub no more."
      cure     = "Start it again with `renkei track` or `renkei up`; `renkei status` tells what it does not reach."
      query    = "renkei_tracker_up < 1"
      duration = "15s"
      severity = "CRITICAL"
    }
    hub_unreachable = {
      summary  = "The hub does not answer."
      cure     = "See that its brokers run, or that Pub/Sub lets this machine in."
      query    = "renkei_hub_reachable < 1"
      duration = "30s"
      severity = "CRITICAL"
    }
    flow_down = {
      summary  = "A flow does not run."
      cure     = "See the log of its process; start it again with `renkei up` or `renkei flow`."
      query    = "renkei_flow_up < 1"
      duration = "120s"
      severity = "CRITICAL"
    }
    flow_stands = {
      summary  = "Messages wait and a flow takes none, wherever it runs or ran."
      cure     = "Start it again with `renkei up` or `renkei flow`; where it runs, see the log of its process."
      query    = "renkei_flow_standing_seconds > 120"
      duration = "0s"
      severity = "CRITICAL"
    }
    loader_down = {
      summary  = "A warehouse is not loaded."
      cure     = "See `renkei status` for its last error; start it again with `renkei up` or `renkei load`."
      query    = "renkei_warehouse_up < 1"
      duration = "120s"
      severity = "CRITICAL"
    }
    verification_failed = {
      summary  = "A warehouse differs from its source, or could not be compared."
      cure     = "`renkei verify` shows the differences; `renkei reload` loads the table again."
      query    = "renkei_verified < 1"
      duration = "0s"
      severity = "CRITICAL"
    }
    lag_over_objective = {
      summary  = "Changes take longer from commit to warehouse than `objectives.lag_p99`."
      cure     = "See `renkei status` and the history of lag for where they wait: tracker, flow or loader."
      query    = "renkei_lag_p99_seconds > ${var.lag_p99_seconds}"
      duration = "60s"
      severity = "WARNING"
    }
    dead_letters = {
      summary  = "Messages were set aside."
      cure     = "`renkei dead-letters list` shows them and why."
      query    = "increase(renkei_warehouse_dead_letters_total[10m]) > 0 or increase(renkei_flow_dead_letters_total[10m]) > 0"
      duration = "0s"
      severity = "WARNING"
    }
    memory_high = {
      summary  = "A process uses more of its memory than `alerts.memory`."
      cure     = "Give it more, or less to do: smaller batches, fewer parallel tables, a flow or loader in a process of its own."
      query    = "renkei_memory_ratio > ${var.memory}"
      duration = "300s"
      severity = "WARNING"
    }
    cpu_high = {
      summary  = "A process uses more of its processors than `alerts.cpu`."
      cure     = "Give it more, or spread flows and loaders over processes."
      query    = "renkei_cpu_ratio > ${var.cpu}"
      duration = "300s"
      severity = "WARNING"
    }
  }

  widgets = [
    {
      title = "Lag p50, commit to warehouse"
      query = "renkei_warehouse_lag_p50_seconds"
    },
    {
      title = "Lag p99, commit to warehouse"
      query = "renkei_warehouse_lag_p99_seconds"
    },
    {
      title = "Slowest tables, lag p99"
      query = "topk(10, renkei_lag_p99_seconds)"
    },
    {
      title = "Changes"
      query = "sum by (warehouse) (rate(renkei_changes_total[1m]))"
    },
    {
      title = "Busiest tables"
      query = "topk(10, sum by (table) (rate(renkei_changes_total[1m])))"
    },
    {
      title = "Snapshots, rows read"
      query = "sum by (warehouse) (rate(renkei_snapshot_rows_total[1m]))"
    },
    {
      title = "Behind the source, versions"
      query = "topk(10, renkei_table_versions_behind)"
    },
    {
      title = "Retention left"
      query = "bottomk(10, renkei_table_retention_left_seconds)"
    },
    {
      title = "Retries in a row"
      query = "renkei_table_failures > 0"
    },
    {
      title = "Flows, messages in"
      query = "rate(renkei_flow_in_total[1m])"
    },
    {
      title = "Waiting for flows"
      query = "renkei_flow_backlog_messages"
    },
    {
      title = "Waiting for the warehouse"
      query = "renkei_warehouse_backlog_messages"
    },
    {
      title = "Dead letters in 10 minutes"
      query = "increase(renkei_warehouse_dead_letters_total[10m]) or increase(renkei_flow_dead_letters_total[10m])"
    },
    {
      title = "Rules fired"
      query = "rate(renkei_rule_fired_total[5m])"
    },
    {
      title = "Memory"
      query = "renkei_memory_ratio"
    },
    {
      title = "Processors"
      query = "renkei_cpu_ratio"
    },
    {
      title = "Alerts that fire"
      query = "renkei_alerts_firing"
    },
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
  filter      = "jsonPayload.logger:\"dev.renkei\" AND severity>=ERROR"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }
}

resource "google_logging_metric" "alerts" {
  project     = var.project
  name        = "${var.prefix}_alerts"
  description = "Alerts that fire inside Renkei's processes."
  filter      = "jsonPayload.message:\"alert fires\""

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
