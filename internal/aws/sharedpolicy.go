package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// permit puts a permission's statement on what it is for. A statement of its Sid that says
// something else is replaced. Another writer may undo it; see [Client.settle].
func (c *Client) permit(ctx context.Context, p subscription.Permission) error {
	_, err := c.editPolicy(ctx, subscription.Edit{Permission: p, Present: true})
	return wrapError(err, "letting the rule reach "+string(p.Kind)+" "+p.Name())
}

// forbid takes it away. It is fine where it, or what it was on, is gone.
func (c *Client) forbid(ctx context.Context, p subscription.Permission) error {
	edit := subscription.Edit{Permission: p}
	changed, err := c.editPolicy(ctx, edit)
	if err == nil && changed {
		err = c.verifyStatement(ctx, edit)
	}
	return wrapError(err, "removing "+p.Part())
}

// verifyStatements looks whether statements are still there, and puts them again where they are not. The
// policy of a queue or topic is written as a whole, and AWS compares nothing: another program
// that had read it before we wrote, and wrote it after us, has undone what we wrote. Lambda loses
// statements that are added at the same time. So the later this is, the better; it comes at least
// one other call after the permit.
func (c *Client) verifyStatements(ctx context.Context, permissions []subscription.Permission) error {
	var calls []func() error
	for _, p := range permissions {
		calls = append(calls, func() error {
			err := c.verifyStatement(ctx, subscription.Edit{Permission: p, Present: true})
			return wrapError(err, "letting the rule reach "+string(p.Kind)+" "+p.Name())
		})
	}
	return concurrently(ctx, calls...)
}

// verifyStatement makes an edit until it is found done.
func (c *Client) verifyStatement(ctx context.Context, e subscription.Edit) error {
	return retryWhile(ctx, func(err error) bool { return errors.Is(err, errNotSeen) }, func() error {
		changed, err := c.editPolicy(ctx, e)
		if err == nil && changed {
			return errNotSeen
		}
		return err
	})
}

func qualifier(p subscription.Permission) *string {
	if q := p.Qualifier(); q != "" {
		return &q
	}
	return nil
}

// policyStore is where the policy is that has a permission's statement.
type policyStore interface {
	// read is the policy, "" for none. A target that does not exist is an error
	// (isMissingTarget).
	read(ctx context.Context) (string, error)
}

// documentStore is one whose policy is a single document.
type documentStore interface {
	policyStore
	write(ctx context.Context, document string) error
}

func (c *Client) policyStore(p subscription.Permission) policyStore {
	if p.Kind == subscription.Function {
		return functionPolicy{c, p}
	}
	return c.documentStore(p)
}

func (c *Client) documentStore(p subscription.Permission) documentStore {
	if p.Kind == subscription.Topic {
		return topicPolicy{c, p.ARN}
	}
	return &queuePolicy{client: c, name: p.Name(), account: p.PlaceOf().Account}
}

// functionPolicy is that of a function, or of one of its versions or aliases. Lambda adds and
// removes its statements one by one.
type functionPolicy struct {
	client     *Client
	permission subscription.Permission
}

// read: Lambda gives the same error for a function without a policy and for no function.
func (f functionPolicy) read(ctx context.Context) (string, error) {
	out, err := f.client.lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String(f.permission.Name()), Qualifier: qualifier(f.permission)})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Policy), nil
}

// edit adds or removes the statement, and reports whether that was to be done. If a read did
// not return a statement of that id, AWS refuses the new one as a conflict ([busy]), and the policy is read again.
func (f functionPolicy) edit(ctx context.Context, present bool) (changed bool, err error) {
	if !present {
		return f.remove(ctx)
	}
	p := f.permission
	document, err := f.read(ctx)
	if err != nil && !isMissingTarget(err) {
		return false, err
	}
	switch p.In(document) {
	case p.JSON():
		return false, nil
	case "":
	default:
		if _, err := f.remove(ctx); err != nil {
			return false, err
		}
	}
	_, err = f.client.lambda.AddPermission(ctx, &lambda.AddPermissionInput{
		FunctionName: aws.String(p.Name()), Qualifier: qualifier(p), StatementId: &p.Sid,
		Action: aws.String(p.Action()), Principal: aws.String(p.Principal()), SourceArn: &p.RuleARN,
	})
	return err == nil, err
}

func (f functionPolicy) remove(ctx context.Context) (removed bool, err error) {
	p := f.permission
	_, err = f.client.lambda.RemovePermission(ctx, &lambda.RemovePermissionInput{
		FunctionName: aws.String(p.Name()), Qualifier: qualifier(p), StatementId: &p.Sid,
	})
	if isMissingTarget(err) {
		return false, nil
	}
	return err == nil, err
}

type queuePolicy struct {
	client        *Client
	name, account string
	url           *string
}

func (q *queuePolicy) find(ctx context.Context) error {
	if q.url != nil {
		return nil
	}
	in := &sqs.GetQueueUrlInput{QueueName: &q.name}
	if q.account != "" {
		in.QueueOwnerAWSAccountId = &q.account
	}
	out, err := q.client.sqs.GetQueueUrl(ctx, in)
	if err != nil {
		return err
	}
	q.url = out.QueueUrl
	return nil
}

func (q *queuePolicy) read(ctx context.Context) (string, error) {
	if err := q.find(ctx); err != nil {
		return "", err
	}
	out, err := q.client.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: q.url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNamePolicy, sqstypes.QueueAttributeNameQueueArn}, // see [Rules]
	})
	if err != nil {
		return "", err
	}
	return out.Attributes[string(sqstypes.QueueAttributeNamePolicy)], nil
}

// write: an empty policy is none.
func (q *queuePolicy) write(ctx context.Context, document string) error {
	if err := q.find(ctx); err != nil {
		return err
	}
	_, err := q.client.sqs.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{
		QueueUrl: q.url, Attributes: map[string]string{string(sqstypes.QueueAttributeNamePolicy): document},
	})
	return err
}

// topicPolicyAttribute is the attribute of a topic that holds its policy.
const topicPolicyAttribute = "Policy"

type topicPolicy struct {
	client *Client
	arn    string
}

func (t topicPolicy) read(ctx context.Context) (string, error) {
	out, err := t.client.sns.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &t.arn})
	if err != nil {
		return "", err
	}
	return out.Attributes[topicPolicyAttribute], nil
}

func (t topicPolicy) write(ctx context.Context, document string) error {
	if document == "" {
		var err error
		if document, err = subscription.DefaultTopicPolicy(t.arn); err != nil {
			return err
		}
	}
	_, err := t.client.sns.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{
		TopicArn: &t.arn, AttributeName: aws.String(topicPolicyAttribute), AttributeValue: &document,
	})
	return err
}

// sharedPolicies are the policies of functions, queues and topics that a provider instance has
// edited. Edits of one take turns: SQS and SNS take the policy as a whole, and Lambda loses
// statements that are written at the same time, a fault which AWS has acknowledged (report:
// hashicorp/terraform-provider-aws, internal/service/lambda/permission.go).
type sharedPolicies struct {
	mu    sync.Mutex
	byARN map[string]*sharedPolicy
}

// of is the policy of a function, queue or topic. The versions and aliases of a function have
// policies of their own, and one turn.
func (s *sharedPolicies) of(p subscription.Permission) *sharedPolicy {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := p.Owner()
	if s.byARN == nil {
		s.byARN = map[string]*sharedPolicy{}
	}
	if s.byARN[owner] == nil {
		s.byARN[owner] = &sharedPolicy{turn: newTurn(), edits: map[subscription.Permission]subscription.Edit{}}
	}
	return s.byARN[owner]
}

// sharedPolicy is one of them.
type sharedPolicy struct {
	// turn is that of the one that reads and writes.
	turn turn

	mu sync.Mutex
	// edits are all edits so far, done or not: SQS may return an old policy for a while, and to write that back would
	// undo later edits.
	edits map[subscription.Permission]subscription.Edit
}

func (s *sharedPolicy) intend(e subscription.Edit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edits[e.Permission] = e
}

// withdraw takes back an edit that failed. Otherwise a later write of another unit would contain it, and no unit
// would remove it.
func (s *sharedPolicy) withdraw(e subscription.Edit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.edits[e.Permission] == e {
		delete(s.edits, e.Permission)
	}
}

func (s *sharedPolicy) intended() []subscription.Edit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.edits), func(a, b subscription.Edit) int { return strings.Compare(a.Sid, b.Sid) })
}

// errNotSeen: a policy that was written does not say so. Another writer changed it at the same
// time, or the read is not up to date.
var errNotSeen = errors.New("the policy was written, but does not have the change: something else changes it at the same time")

// editPolicy makes an edit in the policy of a function, queue or topic, and reports whether it was
// not there yet. It waits some seconds for an object that does not exist, as the same run may have created it. The turn is
// released in between, so that others can remove their statements.
func (c *Client) editPolicy(ctx context.Context, e subscription.Edit) (changed bool, err error) {
	shared := c.session.policies.of(e.Permission)
	shared.intend(e)
	defer func() {
		if err != nil {
			shared.withdraw(e)
		}
	}()
	err = c.shortlyWhile(ctx, func(err error) bool { return e.Present && isMissingTarget(err) }, func() error {
		if err := shared.turn.take(ctx); err != nil {
			return err
		}
		defer shared.turn.give()
		return retryWhile(ctx, isBusy, func() (err error) {
			changed, err = c.writePolicy(ctx, e, shared)
			return err
		})
	})
	if isMissingTarget(err) {
		if !e.Present {
			return false, nil
		}
		return false, fmt.Errorf("%s %s does not exist: %w", e.Kind, e.Name(), err)
	}
	return changed, err
}

func (c *Client) writePolicy(ctx context.Context, e subscription.Edit, shared *sharedPolicy) (changed bool, err error) {
	if e.Kind == subscription.Function {
		return functionPolicy{c, e.Permission}.edit(ctx, e.Present)
	}
	store := c.documentStore(e.Permission)
	document, err := store.read(ctx)
	if err != nil {
		return false, err
	}
	// What others want is written along, and theirs to look after.
	if _, changed, err = subscription.Apply(document, e); err != nil || !changed {
		return false, err
	}
	all, _, err := subscription.Apply(document, shared.intended()...)
	if err != nil {
		return false, err
	}
	return true, store.write(ctx, all)
}
