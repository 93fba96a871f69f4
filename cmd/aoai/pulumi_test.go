package main

import (
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

func TestPulumiTakesASeparatorOrNone(t *testing.T) {
	for _, c := range []struct {
		reason      string
		given, want []string
	}{
		{"none", []string{"stack", "ls"}, []string{"stack", "ls"}},
		{"as for other commands that hand on", []string{"--", "stack", "ls", "--json"}, []string{"stack", "ls", "--json"}},
		{"the second one is for Pulumi", []string{"--", "env", "run", "--", "ls"}, []string{"env", "run", "--", "ls"}},
	} {
		var cli struct {
			Pulumi pulumiCommand `cmd:""`
		}
		parser, err := kong.New(&cli)
		require.NoError(t, err)
		_, err = parser.Parse(append([]string{"pulumi"}, c.given...))
		require.NoError(t, err, c.reason)
		require.Equal(t, c.want, pulumiArguments(cli.Pulumi.Args), c.reason)
	}
}
