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
// default VPC. They are looked up once for a client's lifetime, so that every plan of one
// run sees the same.
func (c *Client) DefaultSubnets(ctx context.Context) ([]string, error) {
	c.defaultSubnets.mu.Lock()
	defer c.defaultSubnets.mu.Unlock()
	if c.defaultSubnets.ids != nil {
		return c.defaultSubnets.ids, nil
	}
	ids := []string{}
	if err := eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
		page, err := c.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
			// One a zone, made by AWS with the default VPC and reachable from outside; others that
			// were put into this VPC are not meant for everyone.
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
	c.defaultSubnets.ids = ids
	return ids, nil
}
