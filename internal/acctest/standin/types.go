package standin

// resourceTypes are the types of the stand-ins. Attribute names, defaults and what forces a
// replacement follow the documentation of hashicorp/aws 6 and hashicorp/awscc 1; an attribute that no example or
// test needs may be missing, and then the plan of one that uses it fails.
//
// Patterns name attributes in braces, and {partition}, {region}, {account}, {dns} (the DNS
// suffix), {random} (16 hexadecimal digits).
var resourceTypes = map[string]resourceType{
	"aws_cloudwatch_dashboard": {
		attributes: attributes{
			"dashboard_name": text().required().replaces(),
			"dashboard_body": text().required(),
			"dashboard_arn":  text().assigned("arn:{partition}:cloudwatch::{account}:dashboard/{dashboard_name}"),
			"id":             text().assigned("{dashboard_name}"),
		},
		regional: true,
	},
	"aws_cloudwatch_log_group": {
		attributes: attributes{
			"name":              text().chosen("terraform-{random}"),
			"name_prefix":       text().optional().replaces(),
			"retention_in_days": number().otherwise(0),
			"kms_key_id":        text().optional(),
			"log_group_class":   text().otherwise("STANDARD").replaces(),
			"skip_destroy":      flag().otherwise(false),
			"arn":               text().assigned("arn:{partition}:logs:{region}:{account}:log-group:{name}"),
			"id":                text().assigned("{name}"),
		},
		tagged: true, regional: true,
	},
	"aws_dynamodb_table": {
		attributes: attributes{
			"name":         text().required().replaces(),
			"billing_mode": text().otherwise("PROVISIONED"),
			"hash_key":     text().optional().replaces(),
			"range_key":    text().optional().replaces(),
			"arn":          text().assigned("arn:{partition}:dynamodb:{region}:{account}:table/{name}"),
			"id":           text().assigned("{name}"),
		},
		blocks: blocks{"attribute": attributes{
			"name": text().required(),
			"type": text().required(),
		}},
		tagged: true, regional: true,
	},
	"aws_ecr_repository": {
		attributes: attributes{
			"name":                 text().required().replaces(),
			"force_delete":         flag().optional(),
			"image_tag_mutability": text().otherwise("MUTABLE"),
			"arn":                  text().assigned("arn:{partition}:ecr:{region}:{account}:repository/{name}"),
			"id":                   text().assigned("{name}"),
			"registry_id":          text().assigned("{account}"),
			"repository_url":       text().assigned("{account}.dkr.ecr.{region}.{dns}/{name}"),
		},
		blocks: blocks{"image_scanning_configuration": attributes{
			"scan_on_push": flag().required(),
		}},
		tagged: true, regional: true,
	},
	"aws_ecs_cluster": {
		attributes: attributes{
			"name": text().required().replaces(),
			"arn":  text().assigned("arn:{partition}:ecs:{region}:{account}:cluster/{name}"),
			"id":   text().assigned("{arn}"),
		},
		blocks: blocks{"setting": attributes{
			"name":  text().required(),
			"value": text().required(),
		}},
		tagged: true, regional: true,
	},
	"aws_ecs_service": {
		attributes: attributes{
			"name":                   text().required().replaces(),
			"cluster":                text().optional().replaces(),
			"task_definition":        text().optional(),
			"launch_type":            text().otherwise("EC2").replaces(),
			"platform_version":       text().optional(),
			"desired_count":          number().otherwise(0),
			"enable_execute_command": flag().otherwise(false),
			"arn":                    text().assigned("arn:{partition}:ecs:{region}:{account}:service/{name}"),
			"id":                     text().assigned("{arn}"),
		},
		blocks: blocks{
			"load_balancer": attributes{
				"target_group_arn": text().optional(),
				"container_name":   text().required(),
				"container_port":   number().required(),
			},
			"network_configuration": attributes{
				"subnets":          textSet().required(),
				"security_groups":  textSet().optional(),
				"assign_public_ip": flag().optional(),
			},
		},
		tagged: true, regional: true,
	},
	"aws_ecs_task_definition": {
		attributes: attributes{
			"family":                   text().required().replaces(),
			"container_definitions":    text().required().replaces(),
			"cpu":                      text().optional().replaces(),
			"memory":                   text().optional().replaces(),
			"network_mode":             text().optional().replaces(),
			"requires_compatibilities": textSet().optional(),
			"execution_role_arn":       text().optional().replaces(),
			"task_role_arn":            text().optional().replaces(),
			"skip_destroy":             flag().otherwise(false),
			"track_latest":             flag().otherwise(false),
			"revision":                 number().assigned("1"),
			"arn":                      text().assigned("arn:{partition}:ecs:{region}:{account}:task-definition/{family}:1"),
			"arn_without_revision":     text().assigned("arn:{partition}:ecs:{region}:{account}:task-definition/{family}"),
			"id":                       text().assigned("{family}"),
		},
		blocks: blocks{"runtime_platform": attributes{
			"operating_system_family": text().optional(),
			"cpu_architecture":        text().optional(),
		}},
		tagged: true, regional: true,
	},
	// Of hashicorp/awscc: container_definitions is a list of objects there.
	"awscc_ecs_task_definition": {
		attributes: attributes{
			"family":                   text().chosen("{random}"),
			"cpu":                      text().optional().replaces(),
			"memory":                   text().optional().replaces(),
			"network_mode":             text().optional().replaces(),
			"requires_compatibilities": texts().optional(),
			"execution_role_arn":       text().optional().replaces(),
			"task_role_arn":            text().optional().replaces(),
			"task_definition_arn":      text().assigned("arn:{partition}:ecs:{region}:{account}:task-definition/{family}:1"),
			"id":                       text().assigned("{task_definition_arn}"),
		},
		blocks: blocks{"container_definitions": attributes{
			"name":  text().required(),
			"image": text().required(),
		}},
	},
	"aws_iam_role": {
		attributes: attributes{
			"name":                  text().chosen("terraform-{random}"),
			"name_prefix":           text().optional().replaces(),
			"assume_role_policy":    text().required(),
			"description":           text().optional(),
			"path":                  text().otherwise("/").replaces(),
			"max_session_duration":  number().otherwise(3600),
			"force_detach_policies": flag().otherwise(false),
			"permissions_boundary":  text().optional(),
			"arn":                   text().assigned("arn:{partition}:iam::{account}:role{path}{name}"),
			"create_date":           text().assigned("2026-01-01T00:00:00Z"),
			"id":                    text().assigned("{name}"),
			"unique_id":             text().assigned("AROA{random}"),
		},
		tagged: true,
	},
	"aws_iam_role_policy": {
		attributes: attributes{
			"name":        text().chosen("terraform-{random}"),
			"name_prefix": text().optional().replaces(),
			"role":        text().required().replaces(),
			"policy":      text().required(),
			"id":          text().assigned("{role}:{name}"),
		},
	},
	"aws_iam_role_policy_attachment": {
		attributes: attributes{
			"role":       text().required().replaces(),
			"policy_arn": text().required().replaces(),
			"id":         text().assigned("{role}/{policy_arn}"),
		},
	},
	"aws_kms_key": {
		attributes: attributes{
			"description":             text().optional(),
			"deletion_window_in_days": number().optional(),
			"enable_key_rotation":     flag().otherwise(false),
			"policy":                  text().optional(),
			"key_id":                  text().assigned("{random}"),
			"arn":                     text().assigned("arn:{partition}:kms:{region}:{account}:key/{key_id}"),
			"id":                      text().assigned("{key_id}"),
		},
		tagged: true, regional: true,
	},
	"aws_lambda_function": {
		attributes: attributes{
			"function_name":                  text().required().replaces(),
			"role":                           text().required(),
			"description":                    text().optional(),
			"filename":                       text().optional(),
			"s3_bucket":                      text().optional(),
			"s3_key":                         text().optional(),
			"s3_object_version":              text().optional(),
			"image_uri":                      text().optional(),
			"source_code_hash":               text().optional(),
			"handler":                        text().optional(),
			"runtime":                        text().optional(),
			"kms_key_arn":                    text().optional(),
			"package_type":                   text().otherwise("Zip").replaces(),
			"architectures":                  texts().optional(),
			"layers":                         texts().optional(),
			"memory_size":                    number().otherwise(128),
			"timeout":                        number().otherwise(3),
			"publish":                        flag().otherwise(false),
			"reserved_concurrent_executions": number().otherwise(-1),
			"arn":                            text().assigned("arn:{partition}:lambda:{region}:{account}:function:{function_name}"),
			"id":                             text().assigned("{function_name}"),
			"invoke_arn":                     text().assigned("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"),
			"qualified_arn":                  text().assigned("{arn}:$LATEST"),
			"version":                        text().assigned("$LATEST"),
		},
		blocks: blocks{
			"environment":        attributes{"variables": textMap().optional()},
			"dead_letter_config": attributes{"target_arn": text().required()},
			"vpc_config": attributes{
				"subnet_ids":         textSet().required(),
				"security_group_ids": textSet().required(),
			},
		},
		tagged: true, regional: true,
	},
	"aws_lambda_permission": {
		attributes: attributes{
			"action":        text().required().replaces(),
			"function_name": text().required().replaces(),
			"principal":     text().required().replaces(),
			"source_arn":    text().optional().replaces(),
			"statement_id":  text().chosen("terraform-{random}"),
			"id":            text().assigned("{statement_id}"),
		},
		regional: true,
	},
	"aws_s3_bucket": {
		attributes: attributes{
			"bucket":                      text().chosen("terraform-{random}"),
			"bucket_prefix":               text().optional().replaces(),
			"force_destroy":               flag().otherwise(false),
			"arn":                         text().assigned("arn:{partition}:s3:::{bucket}"),
			"bucket_domain_name":          text().assigned("{bucket}.s3.{dns}"),
			"bucket_regional_domain_name": text().assigned("{bucket}.s3.{region}.{dns}"),
			"id":                          text().assigned("{bucket}"),
		},
		tagged: true, regional: true,
	},
	"aws_s3_bucket_notification": {
		attributes: attributes{
			"bucket":      text().required().replaces(),
			"eventbridge": flag().otherwise(false),
			"id":          text().assigned("{bucket}"),
		},
		blocks: blocks{"lambda_function": attributes{
			"lambda_function_arn": text().required(),
			"events":              textSet().required(),
			"filter_prefix":       text().optional(),
			"filter_suffix":       text().optional(),
		}},
		regional: true,
	},
	"aws_scheduler_schedule": {
		attributes: attributes{
			"name":                         text().chosen("terraform-{random}"),
			"group_name":                   text().otherwise("default").replaces(),
			"schedule_expression":          text().required(),
			"schedule_expression_timezone": text().otherwise("UTC"),
			"state":                        text().otherwise("ENABLED"),
			"arn":                          text().assigned("arn:{partition}:scheduler:{region}:{account}:schedule/{group_name}/{name}"),
			"id":                           text().assigned("{group_name}/{name}"),
		},
		blocks: blocks{
			"flexible_time_window": attributes{
				"mode":                      text().required(),
				"maximum_window_in_minutes": number().optional(),
			},
			"target": attributes{
				"arn":      text().required(),
				"role_arn": text().required(),
				"input":    text().optional(),
			},
		},
		regional: true,
	},
	"aws_secretsmanager_secret": {
		attributes: attributes{
			"name":                    text().chosen("terraform-{random}"),
			"name_prefix":             text().optional().replaces(),
			"description":             text().optional(),
			"kms_key_id":              text().optional(),
			"recovery_window_in_days": number().otherwise(30),
			"arn":                     text().assigned("arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-AbCdEf"),
			"id":                      text().assigned("{arn}"),
		},
		tagged: true, regional: true,
	},
	"aws_security_group": {
		attributes: attributes{
			"name":        text().chosen("terraform-{random}"),
			"name_prefix": text().optional().replaces(),
			"description": text().otherwise("Managed by Terraform").replaces(),
			"vpc_id":      text().chosen("vpc-{random}"),
			"arn":         text().assigned("arn:{partition}:ec2:{region}:{account}:security-group/{id}"),
			"id":          text().assigned("sg-{random}"),
			"owner_id":    text().assigned("{account}"),
		},
		blocks: blocks{"egress": securityGroupRule, "ingress": securityGroupRule},
		tagged: true, regional: true,
	},
	"aws_sfn_state_machine": {
		attributes: attributes{
			"name":       text().chosen("terraform-{random}"),
			"definition": text().required(),
			"role_arn":   text().required(),
			"type":       text().otherwise("STANDARD").replaces(),
			"arn":        text().assigned("arn:{partition}:states:{region}:{account}:stateMachine:{name}"),
			"id":         text().assigned("{arn}"),
		},
		tagged: true, regional: true,
	},
	"aws_sns_topic": {
		attributes: attributes{
			"name":        text().chosen("terraform-{random}"),
			"name_prefix": text().optional().replaces(),
			"arn":         text().assigned("arn:{partition}:sns:{region}:{account}:{name}"),
			"id":          text().assigned("{arn}"),
		},
		tagged: true, regional: true,
	},
	"aws_sqs_queue": {
		attributes: attributes{
			"name":                       text().chosen("terraform-{random}"),
			"name_prefix":                text().optional().replaces(),
			"fifo_queue":                 flag().otherwise(false).replaces(),
			"delay_seconds":              number().otherwise(0),
			"message_retention_seconds":  number().otherwise(345600),
			"receive_wait_time_seconds":  number().otherwise(0),
			"visibility_timeout_seconds": number().otherwise(30),
			"redrive_policy":             text().optional(),
			"kms_master_key_id":          text().optional(),
			"arn":                        text().assigned("arn:{partition}:sqs:{region}:{account}:{name}"),
			"id":                         text().assigned("{url}"),
			"url":                        text().assigned("https://sqs.{region}.{dns}/{account}/{name}"),
		},
		tagged: true, regional: true,
	},
	"aws_ssm_parameter": {
		attributes: attributes{
			"name":        text().required().replaces(),
			"type":        text().required(),
			"value":       text().optional().secret(),
			"description": text().optional(),
			"key_id":      text().optional(),
			"tier":        text().otherwise("Standard"),
			"arn":         text().assigned("arn:{partition}:ssm:{region}:{account}:parameter/{name}"),
			"id":          text().assigned("{name}"),
			"version":     number().assigned("1"),
		},
		tagged: true, regional: true,
	},
	"aws_subnet": {
		attributes: attributes{
			"vpc_id":                  text().required().replaces(),
			"cidr_block":              text().optional().replaces(),
			"availability_zone":       text().chosen("{region}a"),
			"map_public_ip_on_launch": flag().otherwise(false),
			"arn":                     text().assigned("arn:{partition}:ec2:{region}:{account}:subnet/{id}"),
			"id":                      text().assigned("subnet-{random}"),
		},
		tagged: true, regional: true,
	},
	"aws_vpc": {
		attributes: attributes{
			"cidr_block":           text().chosen("10.0.0.0/16"),
			"enable_dns_hostnames": flag().otherwise(false),
			"enable_dns_support":   flag().otherwise(true),
			"arn":                  text().assigned("arn:{partition}:ec2:{region}:{account}:vpc/{id}"),
			"id":                   text().assigned("vpc-{random}"),
		},
		tagged: true, regional: true,
	},
}

var securityGroupRule = attributes{
	"cidr_blocks":      texts().optional(),
	"ipv6_cidr_blocks": texts().optional(),
	"security_groups":  textSet().optional(),
	"description":      text().optional(),
	"from_port":        number().required(),
	"to_port":          number().required(),
	"protocol":         text().required(),
	"self":             flag().optional(),
}
