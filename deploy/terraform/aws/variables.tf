variable "region" {
  description = "The region of AWS."
  type        = string
  default     = "eu-central-1"
}

variable "name" {
  description = "Begins the name of everything."
  type        = string
  default     = "till"
}

variable "cidr" {
  description = "The addresses of the network."
  type        = string
  default     = "10.40.0.0/16"
}

variable "kubernetes_version" {
  description = "1.30 or later."
  type        = string
  default     = "1.33"
}

variable "api_allowed_cidrs" {
  description = "From where the Kubernetes API may be reached. Name your own addresses."
  type        = list(string)
}

variable "postgres_version" {
  description = "15 to 18. The image of PostgreSQL in k8s/components/backup must have the same major version."
  type        = string
  default     = "18"
}

variable "database_class" {
  description = "The size of the database server."
  type        = string
  default     = "db.m7g.large"
}

variable "database_gib" {
  description = "Storage at the start; it grows by itself to ten times that."
  type        = number
  default     = 100
}

variable "redis_class" {
  description = "The size of each Redis server. Redis holds counters and job ids: little."
  type        = string
  default     = "cache.t4g.small"
}

variable "redis_token" {
  description = "The password of Redis, 16 to 128 characters."
  type        = string
  sensitive   = true
}
