// Asks a gateway through OpenAI's client for Go as it was in the spring of 2025, and prints what it got as one line of JSON. The
// environment has URL (of the gateway), KEY and AUDIO (a file).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/openai/openai-go"
	"github.com/openai/openai-go/option"
)

func main() {
	ctx := context.Background()
	client := openai.NewClient(
		option.WithBaseURL(os.Getenv("URL")+"/v1"), option.WithAPIKey(os.Getenv("KEY")), option.WithMaxRetries(0),
	)
	// A file is read to its end by each request.
	params := func(model string) openai.AudioTranscriptionNewParams {
		file, err := os.Open(os.Getenv("AUDIO"))
		must(err)
		return openai.AudioTranscriptionNewParams{File: file, Model: model}
	}
	answers := map[string]any{}

	plain, err := client.Audio.Transcriptions.New(ctx, params("whisper"))
	must(err)
	answers["json"] = plain.Text

	// It has no type for more than the text.
	verbose := params("whisper")
	verbose.ResponseFormat = openai.AudioResponseFormatVerboseJSON
	verbose.TimestampGranularities = []string{"word", "segment"}
	timed, err := client.Audio.Transcriptions.New(ctx, verbose)
	must(err)
	answers["verbose"] = json.RawMessage(timed.RawJSON())

	events := []string{}
	stream := client.Audio.Transcriptions.NewStreaming(ctx, params("gpt4o"))
	for stream.Next() {
		events = append(events, stream.Current().Type)
	}
	must(stream.Err())
	answers["events"] = events

	_, err = client.Audio.Transcriptions.New(ctx, params("no-such"))
	var refused *openai.Error
	if errors.As(err, &refused) {
		answers["unknown model"] = []any{refused.StatusCode, refused.Code}
	}

	must(json.NewEncoder(os.Stdout).Encode(answers))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
