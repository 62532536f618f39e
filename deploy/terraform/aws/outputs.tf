output "cluster_command" {
  description = "Makes kubectl talk to the cluster."
  value       = "aws eks update-kubeconfig --region ${var.region} --name ${aws_eks_cluster.this.name}"
}

output "database_host" {
  description = "For DATABASE_URL and MIGRATION_DATABASE_URL."
  value       = aws_db_instance.this.address
}

output "admin_password_secret" {
  description = "The secret of AWS Secrets Manager that has the password of till_admin, which RDS replaces every seven days. No URL of Till has it."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "redis_url" {
  description = "REDIS_URL without its password."
  value       = "rediss://${aws_elasticache_replication_group.this.primary_endpoint_address}:6379"
}
