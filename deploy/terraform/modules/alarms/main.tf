# What the parts under frontrow say by themselves. What the sale says is in Prometheus (docs/reference/metrics.md).

data "aws_caller_identity" "current" {}

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.alarms_key_arn
}

data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = toset(var.mail)

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  replicas = { for i, id in var.mysql.replicas : "mysql-replica-${i + 1}-lag" => {
    namespace  = "AWS/RDS", metric = "ReplicaLag", statistic = "Maximum", above = true, limit = 10, minutes = 5
    dimensions = { DBInstanceIdentifier = id }
    says       = "A replica is behind; past replica-lag-limit-ms the primary answers for it"
  } }
  brokers = { for i in range(3) : "kafka-${i + 1}-disk" => {
    namespace  = "AWS/Kafka", metric = "KafkaDataLogsDiskUsed", statistic = "Maximum", above = true, limit = 75, minutes = 5
    dimensions = { "Cluster Name" = var.kafka_name, "Broker ID" = tostring(i + 1) }
    says       = "A broker's disk fills; it grows by itself at 60 %"
  } }
  redis = merge([for node in var.redis_nodes : {
    "redis-${node}-memory" = {
      namespace  = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", statistic = "Maximum", above = true, limit = 75, minutes = 5
      dimensions = { CacheClusterId = node }
      says       = "Redis refuses writes when it is full: joins and claims go on more slowly then"
    }
    "redis-${node}-processor" = {
      namespace  = "AWS/ElastiCache", metric = "EngineCPUUtilization", statistic = "Average", above = true, limit = 80, minutes = 5
      dimensions = { CacheClusterId = node }
      says       = "Redis has one thread for commands"
    }
  }]...)

  alarms = merge(local.replicas, local.brokers, local.redis, {
    mysql-processor = {
      namespace  = "AWS/RDS", metric = "CPUUtilization", statistic = "Average", above = true, limit = 80, minutes = 5
      dimensions = { DBInstanceIdentifier = var.mysql.primary }
      says       = "Every decision is made here: lower queue-admissions-per-second, or take a larger class"
    }
    mysql-storage = {
      namespace  = "AWS/RDS", metric = "FreeStorageSpace", statistic = "Minimum", above = false, limit = 10737418240, minutes = 5
      dimensions = { DBInstanceIdentifier = var.mysql.primary }
      says       = "10 GiB are left; storage grows by itself, once in six hours"
    }
    mysql-connections = {
      namespace  = "AWS/RDS", metric = "DatabaseConnections", statistic = "Maximum", above = true, limit = var.mysql_connections * 0.9, minutes = 1
      dimensions = { DBInstanceIdentifier = var.mysql.primary }
      says       = "Pods will be refused connections"
    }
    mysql-commits = {
      namespace  = "AWS/RDS", metric = "WriteLatency", statistic = "Average", above = true, limit = 0.02, minutes = 5
      dimensions = { DBInstanceIdentifier = var.mysql.primary }
      says       = "20 ms for a write to disk: each batch waits for one"
    }
    kafka-partitions = {
      namespace  = "AWS/Kafka", metric = "OfflinePartitionsCount", statistic = "Maximum", above = true, limit = 0, minutes = 1
      dimensions = { "Cluster Name" = var.kafka_name }
      says       = "Events wait in MySQL; the sale goes on"
    }
    balancer-no-pod = {
      namespace  = "AWS/ApplicationELB", metric = "HealthyHostCount", statistic = "Minimum", above = false, limit = 2, minutes = 1
      dimensions = { LoadBalancer = var.suffixes.balancer, TargetGroup = var.suffixes.target_group }
      says       = "Fewer than two pods are ready"
    }
    balancer-errors = {
      namespace  = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", statistic = "Sum", above = true, limit = 50, minutes = 1
      dimensions = { LoadBalancer = var.suffixes.balancer }
      says       = "The balancer itself had no pod to ask"
    }
  })
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.says
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = each.value.minutes
  comparison_operator = each.value.above ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = each.value.limit
  # No data of the database, of a broker or of the pods is a reason to look.
  treat_missing_data = each.key == "balancer-errors" ? "notBreaching" : "breaching"
  alarm_actions      = [aws_sns_topic.this.arn]
  ok_actions         = [aws_sns_topic.this.arn]
}

resource "aws_budgets_budget" "this" {
  name         = var.name
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_usd)
  limit_unit   = "USD"

  dynamic "notification" {
    for_each = { half = [50, "ACTUAL"], nearly = [80, "ACTUAL"], over = [100, "FORECASTED"] }

    content {
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value[0]
      threshold_type            = "PERCENTAGE"
      notification_type         = notification.value[1]
      subscriber_sns_topic_arns = [aws_sns_topic.this.arn]
    }
  }
}
