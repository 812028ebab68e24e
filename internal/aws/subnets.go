package aws

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// DefaultSubnets are the ids of the default VPC's subnets, sorted; none where there is no
// default VPC. They are looked up once a run, so that every plan of it sees the same.
func (c *Client) DefaultSubnets(ctx context.Context) ([]string, error) {
	return c.defaultSubnets.get(ctx, "", func() ([]string, error) { return c.findDefaultSubnets(ctx) })
}

func (c *Client) findDefaultSubnets(ctx context.Context) ([]string, error) {
	ids := []string{}
	if err := eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
		page, err := c.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
			// One a zone, created by AWS with the default VPC and public; other subnets in this VPC have another purpose.
			Filters:   []types.Filter{{Name: aws.String("default-for-az"), Values: []string{"true"}}},
			NextToken: token,
		})
		if err != nil {
			return nil, err
		}
		for _, s := range page.Subnets {
			ids = append(ids, aws.ToString(s.SubnetId))
		}
		return page.NextToken, nil
	}); err != nil {
		return nil, fmt.Errorf("looking up the default VPC's subnets: %w", err)
	}
	slices.Sort(ids)
	return ids, nil
}
