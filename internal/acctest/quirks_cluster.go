package acctest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// What ECS says about clusters where the emulator says something else.
var (
	clusterMissing  = Fault{Code: "ClusterNotFoundException", Message: "Cluster not found."}
	clusterInactive = Fault{Code: "ClusterNotFoundException", Message: "The referenced cluster was inactive."}
	clusterHasTasks = Fault{Code: "ClusterContainsTasksException", Message: "The Cluster cannot be deleted while Tasks are active."}
	unknownProvider = Fault{Code: "InvalidParameterException", Message: "The specified capacity provider was not found. Specify a valid name or ARN and try again."}
	strangeProvider = Fault{Code: "InvalidParameterException", Message: "The capacity provider strategy has a capacity provider that is not associated with the cluster."} // text ours
)

// clusterRequest is what a call about a cluster says.
type clusterRequest struct {
	Cluster, ClusterName            string
	CapacityProviders               []string
	DefaultCapacityProviderStrategy []struct{ CapacityProvider string }
}

// clusterQuirk is ECS's answer to a call about a cluster which the emulator would answer otherwise; nil for any other:
//
//   - CreateCluster answers with a cluster that exists, as it is; the emulator replaces it.
//     Report: hashicorp/terraform-provider-aws 38875.
//   - A cluster that was deleted is not there for a change or a task, and one with tasks is not deleted.
//     https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html#API_DeleteCluster_Errors
//   - Capacity providers have to exist, and those of the strategy to be among them.
//     https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
func clusterQuirk(r *http.Request, upstream, account string, body []byte) *answer {
	_, operation, isECS := strings.Cut(r.Header.Get("X-Amz-Target"), "AmazonEC2ContainerServiceV20141113.")
	var in clusterRequest
	if !isECS || json.Unmarshal(body, &in) != nil {
		return nil
	}
	e := emulated{upstream, account}
	switch operation {
	case "CreateCluster":
		if have, status := e.cluster(r, in.ClusterName); status != "" && status != "INACTIVE" {
			return jsonAnswer(map[string]any{"cluster": have})
		}
		return e.checkProviders(r, in)
	case "PutClusterCapacityProviders":
		if refused := e.refuseInactive(r, in.Cluster); refused != nil {
			return refused
		}
		return e.checkProviders(r, in)
	case "UpdateCluster", "RunTask":
		return e.refuseInactive(r, in.Cluster)
	case "DeleteCluster":
		if refused := e.refuseInactive(r, in.Cluster); refused != nil {
			return refused
		}
		var running struct{ TaskArns []string }
		if e.call(r, "ListTasks", map[string]any{"cluster": in.Cluster, "desiredStatus": "RUNNING"}, &running); len(running.TaskArns) > 0 {
			return ecsRefusal(clusterHasTasks)
		}
	}
	return nil
}

// emulated calls the emulator in an account, and in the region of a request.
type emulated struct{ upstream, account string }

// call reads the answer to a call of ECS into out; it stays as it is if the emulator refuses.
func (e emulated) call(r *http.Request, operation string, in, out any) {
	body, err := json.Marshal(in)
	if err != nil {
		return
	}
	request := r.Clone(r.Context())
	request.Header.Set("X-Amz-Target", "AmazonEC2ContainerServiceV20141113."+operation)
	if a := pass(request, e.upstream, e.account, body); a.status == http.StatusOK {
		_ = json.Unmarshal(a.body, out)
	}
}

// cluster is a cluster as the emulator has it, with its status; "" where there is none.
func (e emulated) cluster(r *http.Request, name string) (have map[string]any, status string) {
	if name == "" {
		name = "default"
	}
	var found struct{ Clusters []map[string]any }
	e.call(r, "DescribeClusters", map[string]any{"clusters": []string{name}}, &found)
	if len(found.Clusters) == 0 {
		return nil, ""
	}
	status, _ = found.Clusters[0]["status"].(string)
	return found.Clusters[0], status
}

func (e emulated) refuseInactive(r *http.Request, name string) *answer {
	switch _, status := e.cluster(r, name); status {
	case "":
		return ecsRefusal(clusterMissing)
	case "INACTIVE":
		return ecsRefusal(clusterInactive)
	}
	return nil
}

func (e emulated) checkProviders(r *http.Request, in clusterRequest) *answer {
	for _, p := range in.CapacityProviders {
		if p == "FARGATE" || p == "FARGATE_SPOT" {
			continue
		}
		var known struct{ CapacityProviders []struct{ Name string } }
		if e.call(r, "DescribeCapacityProviders", map[string]any{"capacityProviders": []string{p}}, &known); len(known.CapacityProviders) == 0 {
			return ecsRefusal(unknownProvider)
		}
	}
	for _, item := range in.DefaultCapacityProviderStrategy {
		if !slices.Contains(in.CapacityProviders, item.CapacityProvider) {
			return ecsRefusal(strangeProvider)
		}
	}
	return nil
}

func ecsRefusal(f Fault) *answer {
	a := f.answer(Call{Service: "ecs", protocol: protocolJSON})
	return &a
}

func jsonAnswer(v any) *answer {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(v); err != nil {
		return nil
	}
	return &answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, body: body.Bytes()}
}
