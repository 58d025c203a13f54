"""Asks a gateway through frameworks that are made on OpenAI's client, and prints what each heard as one line of JSON.

usage: frameworks.py FRAMEWORK, with the environment variables URL (of the gateway), KEY and AUDIO (a WAV file).
"""

import asyncio
import json
import os
import sys
import wave

BASE = f"{os.environ['URL']}/v1"
KEY = os.environ["KEY"]
AUDIO = os.environ["AUDIO"]


def langchain():
    """The parser that sends a file as it is; OpenAIWhisperParser cuts it with ffmpeg first."""
    from langchain_community.document_loaders.parsers.audio import AzureOpenAIWhisperParser
    from langchain_core.documents.base import Blob

    parser = AzureOpenAIWhisperParser(
        api_key=KEY, azure_endpoint=os.environ["URL"], api_version="2024-06-01", deployment_name="whisper"
    )
    return [document.page_content for document in parser.lazy_parse(Blob.from_path(AUDIO))]


def livekit():
    """What an agent says of one turn of a caller, with the model's format of each kind."""
    from livekit import rtc
    from livekit.plugins import openai

    with wave.open(AUDIO) as file:
        rate, channels, count = file.getframerate(), file.getnchannels(), file.getnframes()
        frame = rtc.AudioFrame(file.readframes(count), rate, channels, count)

    async def hear(model):
        stt = openai.STT(model=model, base_url=BASE, api_key=KEY, use_realtime=False)
        heard = (await stt.recognize([frame])).alternatives[0]
        return {"text": heard.text, "language": str(heard.language)}

    return {model: asyncio.run(hear(model)) for model in ("whisper", "gpt4o")}


def pipecat():
    """The service behind a pipeline, without one: it is given what a turn of the caller is."""
    from pipecat.services.openai.stt import OpenAISTTService

    def service_of(model):
        """As one says which model since 2026, or as one did before."""
        if hasattr(OpenAISTTService, "Settings"):
            settings = OpenAISTTService.Settings(model=model)
            return OpenAISTTService(base_url=BASE, api_key=KEY, settings=settings, include_prob_metrics=True)
        return OpenAISTTService(base_url=BASE, api_key=KEY, model=model)

    async def hear(model):
        service = service_of(model)
        with open(AUDIO, "rb") as file:
            return (await service._transcribe(file.read())).text

    return {model: asyncio.run(hear(model)) for model in ("whisper", "gpt4o")}


FRAMEWORKS = {framework.__name__: framework for framework in (langchain, livekit, pipecat)}

if __name__ == "__main__":
    # What frameworks print is not for the test.
    answer = FRAMEWORKS[sys.argv[1]]()
    print(json.dumps(answer))
