package arn

import "testing"

// A text that was pasted in place of a name is recognised by its form. The guess repeats nothing of it.
func TestGuess(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://sqs.us-east-1.amazonaws.com/123456789012/jobs":           "it is the URL of a queue (the aws provider's id and url)",
		"https://sqs.us-east-1.amazonaws.com/123456789012/jobs.fifo":      "it is the URL of a queue (the aws provider's id and url)",
		"http://127.0.0.1:5000/123456789012/jobs":                         "it is the URL of a queue (the aws provider's id and url)",
		"https://example.com/jobs":                                        "it is a URL",
		"s3://uploads":                                                    "it is a URL",
		"uploads.s3.amazonaws.com":                                        "it is a host name",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/app":                "it is the address of an ECR repository",
		"AROAIOSFODNN7EXAMPLE":                                            "it is a unique id of IAM",
		"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9":                            "it is an id, as of a KMS key",
		"alias/app":                                                       "it is an alias of a KMS key",
		"subnet-0a1b2c3d4e5f60718":                                        "it is the id of something else",
		"transcode:2":                                                     "it is a name with a revision; leave the revision out",
		"${var.name}":                                                     "it is an expression in a text that Terraform does not expand",
		"arn:aws:iam::123456789012:role/api":                              "it is the ARN of an IAM role",
		"arn:aws:iam::123456789012:policy/api":                            "it is the ARN of an IAM policy",
		"arn:aws:sqs:us-east-1:123456789012:jobs":                         "it is the ARN of an SQS queue",
		"arn:aws:ecs:us-east-1:123456789012:task-definition/t:3":          "it is the ARN of a task definition",
		"arn:aws:lambda:us-east-1:123456789012:function:f":                "it is the ARN of a Lambda function",
		"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f": "it is an ARN of apigateway",
		"transcode":      "",
		"":               "",
		"Jobs_2.fifo":    "",
		"/ecs/transcode": "",
	} {
		if got := Guess(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
