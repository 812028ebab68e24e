package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// clusterPatience is how long ECS may take until a new account has the role that it works with, and until a change of a
// cluster has ended.
const clusterPatience = 3 * time.Minute

// clusterMissing is the reason with which ECS answers that there is no cluster of a name.
const clusterMissing = "MISSING"

// FindCluster finds a cluster with its settings and tags; nil where there is none, or it was deleted.
func (c *Client) FindCluster(ctx context.Context, name string) (*cluster.Observed, error) {
	out, err := c.ecs.DescribeClusters(ctx, &ecs.DescribeClustersInput{
		Clusters: []string{name},
		Include: []types.ClusterField{
			types.ClusterFieldAttachments, types.ClusterFieldConfigurations, types.ClusterFieldSettings, types.ClusterFieldTags,
		},
	})
	switch {
	case IsMissingCluster(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading cluster %s: %w", name, err)
	case len(out.Clusters) == 1:
		if o := observedCluster(out.Clusters[0]); o.Exists() {
			return o, nil
		}
		return nil, nil
	case len(out.Failures) == 1 && aws.ToString(out.Failures[0].Reason) == clusterMissing:
		return nil, nil
	case len(out.Failures) > 0:
		return nil, fmt.Errorf("reading cluster %s: ECS answers %s", name, sanitize.Text(aws.ToString(out.Failures[0].Reason)))
	}
	return nil, fmt.Errorf("reading cluster %s: the answer has neither the cluster nor a failure", name)
}

func observedCluster(c types.Cluster) *cluster.Observed {
	o := &cluster.Observed{
		ARN: aws.ToString(c.ClusterArn), Status: aws.ToString(c.Status), AttachmentsStatus: aws.ToString(c.AttachmentsStatus),
		Tags: tagsOf(c.Tags),
	}
	o.Providers = c.CapacityProviders
	for _, p := range c.DefaultCapacityProviderStrategy {
		o.Strategy = append(o.Strategy, task.CapacityProvider{Name: aws.ToString(p.CapacityProvider), Base: int64(p.Base), Weight: int64(p.Weight)})
	}
	for _, s := range c.Settings {
		if s.Name == types.ClusterSettingNameContainerInsights {
			o.Insights = aws.ToString(s.Value)
		}
	}
	if c.Configuration != nil && c.Configuration.ExecuteCommandConfiguration != nil {
		o.Execute = observedExecute(*c.Configuration.ExecuteCommandConfiguration)
	}
	return o
}

func observedExecute(e types.ExecuteCommandConfiguration) cluster.Execute {
	out := cluster.Execute{KMSKeyID: aws.ToString(e.KmsKeyId), Logging: string(e.Logging)}
	if l := e.LogConfiguration; l != nil {
		out.LogGroup, out.LogGroupEncrypted = aws.ToString(l.CloudWatchLogGroupName), l.CloudWatchEncryptionEnabled
		out.Bucket, out.Prefix, out.BucketEncrypted = aws.ToString(l.S3BucketName), aws.ToString(l.S3KeyPrefix), l.S3EncryptionEnabled
	}
	return cluster.NewExecute(out)
}

func executeConfiguration(e cluster.Execute) *types.ClusterConfiguration {
	out := &types.ExecuteCommandConfiguration{Logging: types.ExecuteCommandLoggingDefault, KmsKeyId: orNil(e.KMSKeyID)}
	if e.Logging != "" {
		out.Logging = types.ExecuteCommandLogging(e.Logging)
	}
	if e.LogGroup != "" || e.Bucket != "" {
		out.LogConfiguration = &types.ExecuteCommandLogConfiguration{
			CloudWatchLogGroupName: orNil(e.LogGroup), CloudWatchEncryptionEnabled: e.LogGroupEncrypted,
			S3BucketName: orNil(e.Bucket), S3KeyPrefix: orNil(e.Prefix), S3EncryptionEnabled: e.BucketEncrypted,
		}
	}
	return &types.ClusterConfiguration{ExecuteCommandConfiguration: out}
}

// orNil is a text as the SDK has it: nil for "".
func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func strategyItems(strategy []task.CapacityProvider) []types.CapacityProviderStrategyItem {
	out := []types.CapacityProviderStrategyItem{}
	for _, p := range strategy {
		out = append(out, types.CapacityProviderStrategyItem{CapacityProvider: aws.String(p.Name), Base: int32(p.Base), Weight: int32(p.Weight)})
	}
	return out
}

func insightsSetting(value string) []types.ClusterSetting {
	return []types.ClusterSetting{{Name: types.ClusterSettingNameContainerInsights, Value: aws.String(value)}}
}

// createCluster creates a cluster and reads it, until ECS has done all of it. CreateCluster answers with a cluster that
// exists, as it is: the read shows whose the cluster is. The first cluster of an account waits for ECS's service-linked
// role.
func (c *Client) createCluster(ctx context.Context, name string, s cluster.Settings, tags map[string]string) (*cluster.Observed, error) {
	in := &ecs.CreateClusterInput{
		ClusterName: &name, CapacityProviders: s.Providers, DefaultCapacityProviderStrategy: strategyItems(s.Strategy), Tags: ecsTags(tags),
	}
	if s.Insights != "" {
		in.Settings = insightsSetting(s.Insights)
	}
	if s.Execute != (cluster.Execute{}) {
		in.Configuration = executeConfiguration(s.Execute)
	}
	err := retryFor(ctx, clusterPatience, isClusterBusy, func() error {
		return c.creating(ctx, c.clusterPart(name), func(ctx context.Context) error {
			_, err := c.ecs.CreateCluster(ctx, in)
			return err
		})
	})
	if serviceRoleNotReady.is(err) {
		err = fmt.Errorf("%w; ECS makes the service-linked role AWSServiceRoleForECS with the first cluster of an account, and after %s it could still not use it. The credentials need iam:CreateServiceLinkedRole; apply again", err, clusterPatience)
	}
	if err != nil {
		return nil, fmt.Errorf("creating cluster %s: %w", name, err)
	}
	o, err := c.settledCluster(ctx, name)
	if err == nil && o.Tags[task.TagUnit] != tags[task.TagUnit] {
		err = c.refuse(c.clusterClaim(name), o.Tags, tags[task.TagUnit])
	}
	return o, err
}

// settledCluster reads a cluster that must exist, until ECS has done what it was told to.
func (c *Client) settledCluster(ctx context.Context, name string) (*cluster.Observed, error) {
	var o *cluster.Observed
	err := wait.Until(ctx, func(time.Duration) (bool, error) {
		err := c.untilSeen(ctx, c.clusterPart(name), func() (_ bool, err error) {
			o, err = c.FindCluster(ctx, name)
			return o != nil, err
		})
		switch {
		case err != nil:
			return false, err
		case o == nil:
			return false, fmt.Errorf("cluster %s was written and is not there", name)
		case o.Failed():
			return false, fmt.Errorf("ECS could not associate the capacity providers with cluster %s: its status is %s %s", name, o.Status, o.AttachmentsStatus)
		}
		return o.Settling(), nil
	})
	return o, err
}

// changeCluster changes the settings of a cluster, and returns it as it is then; nil where nothing was to be changed.
func (c *Client) changeCluster(ctx context.Context, name string, have, want cluster.Settings) (*cluster.Observed, error) {
	up := &ecs.UpdateClusterInput{Cluster: &name}
	if have.Insights != want.Insights && want.Insights != "" {
		up.Settings = insightsSetting(want.Insights)
	}
	if have.Execute != want.Execute {
		up.Configuration = executeConfiguration(want.Execute)
	}
	settings := up.Settings != nil || up.Configuration != nil
	if settings {
		err := retryFor(ctx, clusterPatience, isClusterBusy, func() error {
			_, err := c.ecs.UpdateCluster(ctx, up)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("changing cluster %s: %w", name, err)
		}
	}
	if have.SameCapacity(want) {
		if !settings {
			return nil, nil
		}
		return c.settledCluster(ctx, name)
	}
	providers := want.Providers
	if providers == nil {
		providers = []string{}
	}
	in := &ecs.PutClusterCapacityProvidersInput{Cluster: &name, CapacityProviders: providers, DefaultCapacityProviderStrategy: strategyItems(want.Strategy)}
	err := retryFor(ctx, clusterPatience, isClusterBusy, func() error {
		_, err := c.ecs.PutClusterCapacityProviders(ctx, in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("associating capacity providers with cluster %s: %w", name, err)
	}
	return c.settledCluster(ctx, name)
}

func (c *Client) tagCluster(ctx context.Context, arn string, change task.TagChange) error {
	if len(change.Remove) > 0 { // first: there may be no room for more
		if _, err := c.ecs.UntagResource(ctx, &ecs.UntagResourceInput{ResourceArn: &arn, TagKeys: change.Remove}); err != nil {
			return fmt.Errorf("removing tags of cluster %s: %w", arn, err)
		}
	}
	if len(change.Set) > 0 {
		if _, err := c.ecs.TagResource(ctx, &ecs.TagResourceInput{ResourceArn: &arn, Tags: ecsTags(change.Set)}); err != nil {
			return fmt.Errorf("tagging cluster %s: %w", arn, err)
		}
	}
	return nil
}

// clusterReserve is what is left of the time of a destroy when it stops waiting for tasks, to say which they are.
const clusterReserve = 10 * time.Second

// deleteCluster deletes a cluster, and waits for what still runs in it: it stops nothing. When the time is up, the error
// names what runs.
func (c *Client) deleteCluster(ctx context.Context, name string, tags map[string]string) error {
	leaving := false
	err := wait.Until(ctx, func(next time.Duration) (bool, error) {
		out, err := c.ecs.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: &name})
		if err == nil {
			leaving = out.Cluster != nil && observedCluster(*out.Cluster).Leaving()
		}
		return isClusterInUse(err) && !endsWithin(ctx, next+clusterReserve), err
	})
	switch {
	case IsMissingCluster(err):
	case isClusterInUse(err):
		return errors.Join(fmt.Errorf("deleting cluster %s: %w", name, err), c.inCluster(ctx, name, err))
	case err != nil:
		return fmt.Errorf("deleting cluster %s: %w", name, err)
	case leaving:
		err := wait.Until(ctx, func(time.Duration) (bool, error) {
			o, err := c.FindCluster(ctx, name)
			return err == nil && o != nil && o.Leaving(), err
		})
		if err != nil {
			return err
		}
	}
	c.session.recent.deleted(c.clusterPart(name), tags)
	return nil
}

// endsWithin reports whether the time of an operation ends so soon.
func endsWithin(ctx context.Context, d time.Duration) bool {
	end, ok := ctx.Deadline()
	return ok && time.Until(end) < d
}

// maxNamed is how many tasks an error names.
const maxNamed = 10

// inCluster is the error that says what keeps a cluster from being deleted, and what to do.
func (c *Client) inCluster(ctx context.Context, name string, refused error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clusterReserve)
	defer cancel()
	switch {
	case clusterHasTasks.is(refused):
		out, err := c.ecs.ListTasks(ctx, &ecs.ListTasksInput{Cluster: &name, DesiredStatus: types.DesiredStatusRunning})
		if err != nil {
			return fmt.Errorf("the tasks that run in it could not be listed: %w", err)
		}
		return fmt.Errorf("a destroy stops no task, and %s. Wait until they have ended, or stop them with `aws ecs stop-task --cluster %s --task ID`, and destroy again; timeouts.delete says how long a destroy waits", tasksIn(out.TaskArns), name)
	case clusterHasServices.is(refused):
		return fmt.Errorf("delete its services first: `aws ecs list-services --cluster %s` names them", name)
	}
	return nil
}

// tasksIn names tasks by the last parts of their ARNs.
func tasksIn(arns []string) string {
	if len(arns) == 0 {
		return "ECS lists none that runs now"
	}
	var names []string
	for _, task := range arns[:min(len(arns), maxNamed)] {
		names = append(names, sanitize.Text(task[strings.LastIndexByte(task, '/')+1:]))
	}
	slices.Sort(names)
	text := "these have not ended: " + strings.Join(names, ", ")
	if len(arns) > maxNamed {
		text += fmt.Sprintf(" and %d more", len(arns)-maxNamed)
	}
	return text
}
