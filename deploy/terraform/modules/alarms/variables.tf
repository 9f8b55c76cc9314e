variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "alarms_key_arn" {
  description = "Key for the messages."
  type        = string
}

variable "mail" {
  description = "Addresses that get them."
  type        = list(string)
}

variable "mysql" {
  description = "The primary's and the replicas' identifiers."
  type        = object({ primary = string, replicas = list(string) })
}

variable "mysql_connections" {
  description = "max_connections of the primary."
  type        = number
}

variable "redis_nodes" {
  description = "Ids of Redis's nodes."
  type        = list(string)
}

variable "kafka_name" {
  description = "Kafka's cluster."
  type        = string
}

variable "suffixes" {
  description = "The balancer's and the target group's, as CloudWatch names them."
  type        = object({ balancer = string, target_group = string })
}

variable "monthly_usd" {
  description = "The budget."
  type        = number
}
