// Package docs holds the pages that the sandbox shows without a network.
package docs

import "embed"

// Pages are this folder's pages.
//
//go:embed *.md
var Pages embed.FS
