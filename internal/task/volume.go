package task

import (
	"regexp"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// What names files and file systems goes on into policies, so none of it may be a pattern.
var (
	// https://docs.aws.amazon.com/efs/latest/ug/API_FileSystemDescription.html
	fileSystemID  = regexp.MustCompile(`^fs-[0-9a-z]+$`)
	accessPointID = regexp.MustCompile(`^fsap-[0-9a-z]+$`)
	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3files.html
	s3FilesResource = regexp.MustCompile(`^file-system/fs-[0-9a-z]+(/access-point/fsap-[0-9a-z]+)?$`)
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	s3Object = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]+$`)
)

// CheckFileSystemID says what is wrong with the id of a file system of EFS or FSx, or "".
func CheckFileSystemID(id string) string {
	if fileSystemID.MatchString(id) {
		return ""
	}
	return "the id of a file system is fs- with letters and digits; " + described(id)
}

// CheckAccessPointID says what is wrong with the id of an access point of EFS, or "".
func CheckAccessPointID(id string) string {
	if accessPointID.MatchString(id) {
		return ""
	}
	return "the id of an access point is fsap- with letters and digits; " + described(id)
}

// CheckS3FilesARN says what is wrong with the ARN of a file system of S3 Files, or "".
func CheckS3FilesARN(s string) string { return checkS3Files(s, false) }

// CheckS3FilesAccessPointARN says what is wrong with the ARN of an access point of S3 Files,
// or "".
func CheckS3FilesAccessPointARN(s string) string { return checkS3Files(s, true) }

func checkS3Files(s string, accessPoint bool) string {
	a, err := arn.Parse(s)
	if err == nil && a.Service == "s3files" && a.Place().Complete() && s3FilesResource.MatchString(a.Resource) &&
		strings.Contains(a.Resource, "/access-point/") == accessPoint {
		return ""
	}
	if accessPoint {
		return "the ARN of an access point of S3 Files is arn:PARTITION:s3files:REGION:ACCOUNT:file-system/fs-…/access-point/fsap-…; " + described(s)
	}
	return "the ARN of a file system of S3 Files is arn:PARTITION:s3files:REGION:ACCOUNT:file-system/fs-…; " + described(s)
}

// CheckObjectARN says what is wrong with the ARN of an object on S3, or "".
func CheckObjectARN(s string) string {
	a, err := arn.Parse(s)
	if err == nil && a.Service == "s3" && s3Object.MatchString(a.Resource) {
		return ""
	}
	return "the ARN of an object on S3 is arn:PARTITION:s3:::BUCKET/KEY, of one object and no pattern; " + described(s, "an S3 bucket or object")
}

// CheckEnvironmentFile says what is wrong with the ARN of a file of variables, or "".
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
func CheckEnvironmentFile(s string) string {
	if wrong := CheckObjectARN(s); wrong != "" {
		return wrong
	}
	if !strings.HasSuffix(s, ".env") {
		return "ECS takes files of variables whose names end in .env; " + described(s, "an S3 bucket or object")
	}
	return ""
}

// CheckCredentialSpec says what is wrong with where a credential spec is, or "".
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
func CheckCredentialSpec(s string) string {
	kind, at, _ := strings.Cut(s, ":")
	known := kind == "credentialspec" || kind == "credentialspecdomainless"
	switch a, err := arn.Parse(at); {
	case known && strings.HasPrefix(at, "file://"):
		return ""
	case known && err == nil && a.Service == "s3" && CheckObjectARN(at) == "":
		return ""
	case known && err == nil && a.Service == "ssm" && isParameter(a.Resource):
		return ""
	}
	return "a credential spec is credentialspec:ARN or credentialspecdomainless:ARN, with the ARN of an SSM parameter or of an object on S3; " + described(s)
}
