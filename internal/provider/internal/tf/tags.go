package tf

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// FlattenTags writes the tags that AWS has: those that are the user's into all, and into tags
// those of them that did not come from default_tags. What the configuration gives of the tags
// that are ignored stays as it is written: it is not put, and is not missed.
func FlattenTags(tags, all *types.Map, aws map[string]string, rules task.TagRules) {
	users := rules.Users(aws)
	mine, before := StringMapOf(*tags), StringMapOf(*all)
	own := map[string]string{}
	looked := rules.Users(mine)
	for k, v := range mine {
		if _, after := looked[k]; !after {
			own[k] = v
		}
	}
	for k, v := range users {
		_, configured := mine[k]
		_, wasDefault := before[k]
		if configured || !wasDefault && rules.Default[k] != v {
			own[k] = v
		}
	}
	*tags, *all = KeepMap(*tags, own), MapOf(users)
}
