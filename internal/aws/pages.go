package aws

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// errPageAgain is an answer that names a page that was read already, as nothing of AWS does:
// following it would not end. The SDK's paginators follow it, or with StopOnDuplicateToken take
// the list for complete.
var errPageAgain = errors.New("the answer names a page of the list that was read already")

// eachPage reads all pages of a list. next asks for the page of a token, nil for the first, and
// returns the token of the page after it.
func eachPage(ctx context.Context, next func(ctx context.Context, token *string) (*string, error)) error {
	read := map[string]bool{}
	var token *string
	for {
		following, err := next(ctx, token)
		if err != nil {
			return err
		}
		switch at := aws.ToString(following); {
		case at == "":
			return nil
		case read[at]:
			return errPageAgain
		default:
			read[at], token = true, following
		}
	}
}
