package pipelines

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// A pull request has one comment a stack: the first preview writes it, later ones replace it.
func TestCommentOnGitHub(t *testing.T) {
	for _, test := range []struct {
		reason, found, call string
	}{
		{"none yet", "", "gh [api] [--method] [POST] [repos/a/b/issues/12/comments] [--field] [body=@bin/plan/comment.md] [--silent]"},
		{"one", "77\n", "gh [api] [--method] [PATCH] [repos/a/b/issues/comments/77] [--field] [body=@bin/plan/comment.md] [--silent]"},
		{"two, by a race", "77\n78\n", "gh [api] [--method] [PATCH] [repos/a/b/issues/comments/77] [--field] [body=@bin/plan/comment.md] [--silent]"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.write("bin/plan/comment.md", "### Preview: stack `prod`\n")
			p.stub("gh", `[ "$2" = --method ] || printf %s "$FOUND"`)
			got := p.run("steps/comment-github.sh", []string{"STACK=prod", "PULL_REQUEST=12", "GITHUB_REPOSITORY=a/b", "FOUND=" + test.found})
			require.Zero(t, got.code, got.stderr)
			calls := p.calls("gh")
			require.Len(t, calls, 2)
			require.Contains(t, calls[0], "startswith(\"### Preview: stack `prod`\")", "the comment is found by how it begins")
			require.Equal(t, test.call, calls[1])
		})
	}
}

func TestCommentOnAzureDevOps(t *testing.T) {
	const comment = "### Preview: stack `prod`\n\n\"quoted\" \\ back\t\ttabs é \x1b[1m <b>\n"
	for _, test := range []struct {
		reason, found, method string
	}{
		{"no thread yet", "None", "[pullRequestThreads] [--api-version] [7.1] [--route-parameters] [project=p] [repositoryId=r] [pullRequestId=5] [--http-method] [POST]"},
		{"no thread yet, said otherwise", "", "[--http-method] [POST]"},
		{"a thread", "31", "[pullRequestThreadComments] [--api-version] [7.1] [--route-parameters] [project=p] [repositoryId=r] [pullRequestId=5] [threadId=31] [commentId=1] [--http-method] [PATCH]"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			p := newProject(t)
			p.write("bin/plan/comment.md", comment)
			p.stub("az", `case "$*" in *--query*) echo "$FOUND" ;; esac`)
			got := p.run("steps/comment-azure-devops.sh", []string{
				"STACK=prod", "SYSTEM_COLLECTIONURI=https://x/", "SYSTEM_TEAMPROJECT=p", "BUILD_REPOSITORY_ID=r",
				"SYSTEM_PULLREQUEST_PULLREQUESTID=5", "FOUND=" + test.found,
			})
			require.Zero(t, got.code, got.stderr)
			calls := p.calls("az [devops] [invoke] [--organization] [https://x/] [--area] [git]")
			require.Len(t, calls, 2)
			require.Contains(t, calls[1], test.method)
			var body struct {
				Content  string
				Comments []struct{ Content string }
			}
			require.NoError(t, json.Unmarshal([]byte(p.read("bin/plan/thread.json")), &body))
			if len(body.Comments) > 0 {
				body.Content = body.Comments[0].Content
			}
			require.Equal(t, "### Preview: stack `prod`\n\n\"quoted\" \\ back\t\ttabs é [1m <b>\n", body.Content)
		})
	}
}

// One issue a stack is open while there is drift, and none when there is not.
func TestIssues(t *testing.T) {
	const (
		github = "issue-github.sh"
		azure  = "issue-azure-devops.sh"
		update = "az [boards] [work-item] [update] [--id] [9] "
	)
	for _, test := range []struct {
		reason, script, drift, open, call string
		text                              bool
	}{
		{"the first drift opens one", github, "true", "", "gh [issue] [create] [--title] [Drift: stack prod] [--label] [drift] [--body-file] [-]", true},
		{"drift that goes on replaces its text", github, "true", "9\n", "gh [issue] [edit] [9] [--body-file] [-]", true},
		{"the end of drift closes it", github, "false", "9\n", "gh [issue] [close] [9] [--comment] [No drift any more.]", false},
		{"no drift, no issue", github, "false", "", "", false},
		{
			"the first drift opens one", azure, "true", "", "az [boards] [work-item] [create] [--project] [p] [--type] [Issue] [--title] [Drift: stack prod] " +
				"[--fields] [System.Tags=drift] [--description] [<pre>| a | &lt;b&gt; &amp; c |", true,
		},
		{"drift that goes on replaces its text", azure, "true", "9\n", update + "[--description] [<pre>| a |", true},
		{"the end of drift ends it", azure, "false", "9\n", update + "[--state] [Done] [--discussion] [No drift any more.]", false},
		{"no drift, no work item", azure, "false", "None\n", "", false},
	} {
		t.Run(test.script+": "+test.reason, func(t *testing.T) {
			p := newProject(t)
			p.write("bin/plan/drift", test.drift)
			p.write("bin/plan/drift.md", "| a | <b> & c |\n")
			p.stub("gh", `case "$2" in list) printf %s "$OPEN" ;; create | edit) cat >body ;; esac`)
			p.stub("az", `[ "$2" != query ] || printf %s "$OPEN"`)
			got := p.run("steps/"+test.script, []string{"STACK=prod", "SYSTEM_COLLECTIONURI=https://x/", "SYSTEM_TEAMPROJECT=p", "OPEN=" + test.open})
			require.Zero(t, got.code, got.stderr)
			var changes []string
			for _, verb := range []string{"gh [issue] [create]", "gh [issue] [edit]", "gh [issue] [close]", "az [boards] [work-item]"} {
				changes = append(changes, p.calls(verb)...)
			}
			if test.call == "" {
				require.Empty(t, changes)
				return
			}
			require.Len(t, changes, 1)
			require.Contains(t, changes[0], test.call)
			if test.text && test.script == github {
				require.Equal(t, "| a | <b> & c |\n", p.read("body"))
			}
		})
	}
}

// Without a comparison nothing is opened and nothing is closed.
func TestIssuesNeedDrift(t *testing.T) {
	for _, script := range []string{"issue-github.sh", "issue-azure-devops.sh"} {
		p := newProject(t)
		p.stub("gh", "")
		p.stub("az", "")
		got := p.run("steps/"+script, []string{"STACK=prod", "SYSTEM_COLLECTIONURI=https://x/", "SYSTEM_TEAMPROJECT=p"})
		require.Equal(t, 1, got.code)
		require.Contains(t, got.stderr, "bin/plan/drift is ''; run drift.sh first")
	}
}
