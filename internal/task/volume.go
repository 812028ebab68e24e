package task

import (
	"errors"
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

// CheckFileSystemID checks the id of a file system of EFS or FSx.
func CheckFileSystemID(id string) error {
	if fileSystemID.MatchString(id) {
		return nil
	}
	return errors.New("the id of a file system is fs- with letters and digits; " + described(id))
}

// CheckAccessPointID checks the id of an access point of EFS.
func CheckAccessPointID(id string) error {
	if accessPointID.MatchString(id) {
		return nil
	}
	return errors.New("the id of an access point is fsap- with letters and digits; " + described(id))
}

// CheckS3FilesARN checks the ARN of a file system of S3 Files.
func CheckS3FilesARN(s string) error { return checkS3Files(s, false) }

// CheckS3FilesAccessPointARN checks the ARN of an access point of S3 Files.
func CheckS3FilesAccessPointARN(s string) error { return checkS3Files(s, true) }

func checkS3Files(s string, accessPoint bool) error {
	a, err := arn.Parse(s)
	if err == nil && a.Service == "s3files" && a.Place().Complete() && s3FilesResource.MatchString(a.Resource) &&
		strings.Contains(a.Resource, "/access-point/") == accessPoint {
		return nil
	}
	if accessPoint {
		return errors.New("the ARN of an access point of S3 Files is arn:PARTITION:s3files:REGION:ACCOUNT:file-system/fs-…/access-point/fsap-…; " + described(s))
	}
	return errors.New("the ARN of a file system of S3 Files is arn:PARTITION:s3files:REGION:ACCOUNT:file-system/fs-…; " + described(s))
}

// CheckObjectARN checks the ARN of an object on S3.
func CheckObjectARN(s string) error {
	a, err := arn.Parse(s)
	if err == nil && a.Service == "s3" && s3Object.MatchString(a.Resource) {
		return nil
	}
	return errors.New("the ARN of an object on S3 is arn:PARTITION:s3:::BUCKET/KEY, of one object and no pattern; " + described(s, "an S3 bucket or object"))
}

// CheckEnvironmentFile checks the ARN of a file of variables.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
func CheckEnvironmentFile(s string) error {
	if err := CheckObjectARN(s); err != nil {
		return err
	}
	if !strings.HasSuffix(s, ".env") {
		return errors.New("ECS takes files of variables whose names end in .env; " + described(s, "an S3 bucket or object"))
	}
	return nil
}

// CheckCredentialSpec checks where a credential spec is.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
func CheckCredentialSpec(s string) error {
	kind, at, _ := strings.Cut(s, ":")
	known := kind == "credentialspec" || kind == "credentialspecdomainless"
	switch a, err := arn.Parse(at); {
	case known && strings.HasPrefix(at, "file://"):
		return nil
	case known && err == nil && a.Service == "s3" && CheckObjectARN(at) == nil:
		return nil
	case known && err == nil && a.Service == "ssm" && isParameter(a.Resource):
		return nil
	}
	return errors.New("a credential spec is credentialspec:ARN or credentialspecdomainless:ARN, with the ARN of an SSM parameter or of an object on S3; " + described(s))
}
