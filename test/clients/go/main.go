// Asks a gateway through OpenAI's client for Go, and prints what it got as one line of JSON. The environment has URL (of the
// gateway), KEY and AUDIO (a file).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	ctx := context.Background()
	client := openai.NewClient(
		option.WithBaseURL(os.Getenv("URL")+"/v1"), option.WithAPIKey(os.Getenv("KEY")), option.WithMaxRetries(0),
	)
	// A file is read to its end by each request.
	ask := func(model string, format openai.AudioResponseFormat) (*openai.AudioTranscriptionNewResponseUnion, error) {
		file, err := os.Open(os.Getenv("AUDIO"))
		if err != nil {
			panic(err)
		}
		defer file.Close()
		return client.Audio.Transcriptions.New(ctx, openai.AudioTranscriptionNewParams{
			File: file, Model: model, ResponseFormat: format, TimestampGranularities: granularities(format),
		})
	}
	answers := map[string]any{}

	plain, err := ask("whisper", openai.AudioResponseFormatJSON)
	must(err)
	answers["json"] = plain.Text

	verbose, err := ask("whisper", openai.AudioResponseFormatVerboseJSON)
	must(err)
	answers["verbose"] = map[string]any{
		"text": verbose.Text, "language": verbose.Language, "duration": verbose.Duration,
		"words": len(verbose.Words), "segments": len(verbose.AsTranscriptionVerbose().Segments),
	}

	events := []string{}
	file, err := os.Open(os.Getenv("AUDIO"))
	must(err)
	stream := client.Audio.Transcriptions.NewStreaming(ctx, openai.AudioTranscriptionNewParams{File: file, Model: "gpt4o"})
	for stream.Next() {
		events = append(events, stream.Current().Type)
	}
	must(stream.Err())
	answers["events"] = events

	_, err = ask("no-such", openai.AudioResponseFormatJSON)
	var refused *openai.Error
	if errors.As(err, &refused) {
		answers["unknown model"] = []any{refused.StatusCode, refused.Code}
	}

	must(json.NewEncoder(os.Stdout).Encode(answers))
}

func granularities(format openai.AudioResponseFormat) []string {
	if format == openai.AudioResponseFormatVerboseJSON {
		return []string{"word", "segment"}
	}
	return nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
