package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Run prints what lets a shell complete the command line: verbs and flags.
func (c *completionCommand) Run(parser *kong.Kong, s *shared, out *streams) error {
	var text strings.Builder
	write := func() error { return bashCompletion(&text, parser.Model.Node, c.Shell == "zsh") }
	if c.Shell == "fish" {
		write = func() error { return fishCompletion(&text, parser.Model.Node) }
	}
	if err := write(); err != nil {
		return err
	}
	if s.JSON {
		return printJSON(out.stdout, struct {
			Script string `json:"script"`
		}{text.String()})
	}
	if _, err := io.WriteString(out.stdout, text.String()); err != nil {
		return fmt.Errorf("printing the completion: %w", err)
	}
	return nil
}

// bashCompletion follows the words of the line from verb to verb. zsh reads it by its own
// bashcompinit.
func bashCompletion(w io.Writer, root *kong.Node, zsh bool) error {
	var verbs, words strings.Builder
	for _, each := range nodes(root) {
		path := wordsOf(each)
		if each != root {
			fmt.Fprintf(&verbs, "%q) at=%q ;;\n      ", path, path)
		}
		var offered []string
		for _, child := range each.Children {
			if !child.Hidden {
				offered = append(offered, child.Name)
			}
		}
		for node := each; node != nil; node = node.Parent {
			for _, flag := range node.Flags {
				if !flag.Hidden {
					offered = append(offered, "--"+flag.Name)
				}
			}
		}
		fmt.Fprintf(&words, "%q) offered=%q ;;\n    ", path, strings.Join(offered, " "))
	}
	setup := ""
	if zsh {
		setup = "autoload -Uz compinit bashcompinit && compinit && bashcompinit\n"
	}
	_, err := fmt.Fprintf(w, `%s_aoai() {
  local at=aoai offered= i=1
  while [ "$i" -lt "$COMP_CWORD" ]; do
    case "$at ${COMP_WORDS[$i]}" in
      %s*) ;;
    esac
    i=$((i + 1))
  done
  case "$at" in
    %s*) ;;
  esac
  COMPREPLY=($(compgen -W "$offered" -- "${COMP_WORDS[$COMP_CWORD]}"))
}
complete -o default -F _aoai aoai
`, setup, verbs.String(), words.String())
	if err != nil {
		return fmt.Errorf("printing the completion: %w", err)
	}
	return nil
}

func fishCompletion(w io.Writer, root *kong.Node) error {
	var text strings.Builder
	for _, each := range nodes(root) {
		when := "__fish_use_subcommand"
		if each != root {
			var seen []string
			for _, verb := range strings.Fields(wordsOf(each))[1:] {
				seen = append(seen, "__fish_seen_subcommand_from "+verb)
			}
			when = strings.Join(seen, "; and ")
		}
		for _, child := range each.Children {
			if !child.Hidden {
				fmt.Fprintf(&text, "complete -c aoai -n %s -f -a %s -d %s\n", quote(when), child.Name, quote(child.Help))
			}
		}
		if each == root {
			when = "true" // such flags stand anywhere
		}
		for _, flag := range each.Flags {
			if !flag.Hidden {
				fmt.Fprintf(&text, "complete -c aoai -n %s -l %s -d %s\n", quote(when), flag.Name, quote(flag.Help))
			}
		}
	}
	if _, err := io.WriteString(w, text.String()); err != nil {
		return fmt.Errorf("printing the completion: %w", err)
	}
	return nil
}

// nodes are all verbs that are shown, those of verbs after them.
func nodes(root *kong.Node) []*kong.Node {
	all := []*kong.Node{root}
	for _, child := range root.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			all = append(all, nodes(child)...)
		}
	}
	return all
}

// wordsOf is a verb as it is typed.
func wordsOf(node *kong.Node) string {
	if node.Parent == nil {
		return "aoai"
	}
	return wordsOf(node.Parent) + " " + node.Name
}
