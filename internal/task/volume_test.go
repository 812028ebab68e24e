package task

import "testing"

func TestCheckFiles(t *testing.T) {
	const files = "arn:aws:s3files:us-east-1:123456789012:file-system/fs-0123"
	for name, test := range map[string]struct {
		check        func(string) error
		right, wrong []string
	}{
		"file system":  {CheckFileSystemID, []string{"fs-01234567", "fs-0123456789abcdef0"}, []string{"", "fs-", "fs-*", "fsap-1", "fs-1 ", "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1"}},
		"access point": {CheckAccessPointID, []string{"fsap-01234567"}, []string{"", "fs-1", "fsap-*"}},
		"S3 Files":     {CheckS3FilesARN, []string{files}, []string{"", "fs-0123", files + "/access-point/fsap-1", files + "*", "arn:aws:s3files:*:123456789012:file-system/fs-1", "arn:aws:s3:::bucket"}},
		"its point":    {CheckS3FilesAccessPointARN, []string{files + "/access-point/fsap-1"}, []string{"", files, files + "/access-point/*"}},
		"object":       {CheckObjectARN, []string{"arn:aws:s3:::bucket/a", "arn:aws-cn:s3:::my.bucket-1/a/b c.json"}, []string{"", "bucket/a", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/", "arn:aws:s3:::bucket/*", "arn:aws:s3:::*/a"}},
		"variables":    {CheckEnvironmentFile, []string{"arn:aws:s3:::bucket/a.env"}, []string{"arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/*.env", "a.env"}},
		"credentials": {CheckCredentialSpec,
			[]string{"credentialspec:arn:aws:s3:::bucket/a.json", "credentialspecdomainless:arn:aws:ssm:us-east-1:123456789012:parameter/a", "credentialspec:file://a.json"},
			[]string{"", "arn:aws:s3:::bucket/a.json", "credentialspec:arn:aws:s3:::bucket", "credentialspec:arn:aws:ssm:us-east-1:123456789012:parameter/*", "credentialspec:arn:aws:sqs:us-east-1:123456789012:a", "spec:arn:aws:s3:::bucket/a"}},
	} {
		for _, s := range test.right {
			if wrong := test.check(s); wrong != nil {
				t.Errorf("%s %q: %s", name, s, wrong)
			}
		}
		for _, s := range test.wrong {
			if test.check(s) == nil {
				t.Errorf("%s %q: taken", name, s)
			}
		}
	}
}
