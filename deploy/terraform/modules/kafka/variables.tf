variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "The data subnets, one for each broker."
  type        = list(string)
}

variable "pods_security_group_id" {
  description = "Group of the pods."
  type        = string
}

variable "kafka_version" {
  description = "A version that MSK has, in KRaft mode."
  type        = string
}

variable "instance_type" {
  description = "Of each broker."
  type        = string
}

variable "storage_gib" {
  description = "Of each broker, to begin with."
  type        = number
}

variable "login_secret_arn" {
  description = "Secret with username and password, whose name begins with AmazonMSK_."
  type        = string
}

variable "data_key_arn" {
  description = "Key for data at rest."
  type        = string
}

variable "logs_key_arn" {
  description = "Key for the brokers' log."
  type        = string
}
