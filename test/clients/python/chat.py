"""Holds chats with a gateway through the Python clients of other APIs, and prints what each got as one line of JSON.

usage: chat.py CLIENT, with the environment variables URL (of the gateway), KEY, AUDIO (a file) and AUDIO_URL (of that file).
The model gpt-4o-audio-preview hears and speaks, gpt-4o-mini reads and writes.
"""

import asyncio
import base64
import json
import os
import sys

URL = os.environ["URL"]
KEY = os.environ["KEY"]

QUESTION = [{"role": "user", "content": "Is a golden retriever a good family dog?"}]


def hearing():
    with open(os.environ["AUDIO"], "rb") as recording:
        encoded = base64.b64encode(recording.read()).decode("utf-8")
    part = {"type": "input_audio", "input_audio": {"data": encoded, "format": "wav"}}
    return [{"role": "user", "content": [{"type": "text", "text": "What is in this recording?"}, part]}]


def refusal(call):
    try:
        call()
    except Exception as error:  # noqa: BLE001 -- the kind is what is asked
        return [type(error).__name__, getattr(error, "status_code", None), getattr(error, "code", None)]
    return None


def ask_openai_like(client, wrong):
    """What all clients made like OpenAI's can do."""
    create = client.chat.completions.create

    # Clients of before the models that speak take these fields only so.
    def saying(format):
        return {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": format}}

    message = create(model="gpt-4o-audio-preview", messages=hearing(), extra_body=saying("wav")).choices[0].message
    spoken = message.model_dump()["audio"]
    deltas = create(model="gpt-4o-mini", messages=QUESTION, stream=True, stream_options={"include_usage": True})
    chunks = list(deltas)
    pcm = b""
    for chunk in create(
        model="gpt-4o-audio-preview", messages=QUESTION, stream=True, extra_body=saying("pcm16")
    ):
        for choice in chunk.choices:
            said = choice.delta.model_dump().get("audio") or {}
            pcm += base64.b64decode(said.get("data") or "")
    return {
        "spoken": [spoken["transcript"], len(base64.b64decode(spoken["data"]))],
        "streamed": "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices),
        "usage": chunks[-1].usage.total_tokens,
        "spoken in pieces": len(pcm),
        "wrong key": refusal(lambda: wrong.chat.completions.create(model="gpt-4o-mini", messages=QUESTION)),
        "unknown model": refusal(lambda: create(model="no-such", messages=QUESTION)),
    }


def openai():
    from openai import OpenAI

    return ask_openai_like(
        OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0),
        OpenAI(base_url=f"{URL}/v1", api_key="sk-wrong", max_retries=0),
    )


def azure():
    from openai import AzureOpenAI

    def client(key):
        return AzureOpenAI(azure_endpoint=URL, api_key=key, api_version="2025-01-01-preview", max_retries=0)

    return ask_openai_like(client(KEY), client("sk-wrong"))


def litellm():
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm as sdk

    sdk.telemetry = False

    def ask(**call):
        spoken = sdk.completion(
            modalities=["text", "audio"],
            audio={"voice": "alloy", "format": "wav"},
            messages=hearing(),
            api_key=KEY,
            **call,
        )
        return spoken.choices[0].message.audio.transcript

    streamed = sdk.completion(
        model="litellm_proxy/gpt-4o-mini", api_base=f"{URL}/v1", api_key=KEY, messages=QUESTION, stream=True
    )
    return {
        "openai/": ask(model="openai/gpt-4o-audio-preview", api_base=f"{URL}/v1"),
        "azure/": ask(model="azure/gpt-4o-audio-preview", api_base=URL, api_version="2025-01-01-preview"),
        "litellm_proxy/": ask(model="litellm_proxy/gpt-4o-audio-preview", api_base=f"{URL}/v1"),
        "streamed": "".join(chunk.choices[0].delta.content or "" for chunk in streamed),
    }


def litellm_page():
    """LiteLLM's page "Using Audio Models" as it is written, but for addresses and keys."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["OPENAI_API_KEY"] = KEY
    os.environ["OPENAI_BASE_URL"] = f"{URL}/v1"
    import litellm
    import requests
    from openai import OpenAI

    # The list of models that comes with the SDK no longer has it.
    litellm.register_model({"gpt-4o-audio-preview": {"litellm_provider": "openai", "mode": "chat"}})
    results = {}

    async def sdk_output():
        completion = await litellm.acompletion(
            model="gpt-4o-audio-preview",
            modalities=["text", "audio"],
            audio={"voice": "alloy", "format": "wav"},
            messages=[{"role": "user", "content": "Is a golden retriever a good family dog?"}],
        )

        wav_bytes = base64.b64decode(completion.choices[0].message.audio.data)
        with open("dog.wav", "wb") as f:
            f.write(wav_bytes)
        results["sdk output"] = len(wav_bytes)

    asyncio.run(sdk_output())

    client = OpenAI(
        api_key=KEY,  # sk-1234
        base_url=URL,  # http://0.0.0.0:4000
    )

    completion = client.chat.completions.create(
        model="gpt-4o-audio-preview",
        modalities=["text", "audio"],
        audio={"voice": "alloy", "format": "wav"},
        messages=[{"role": "user", "content": "Is a golden retriever a good family dog?"}],
    )

    wav_bytes = base64.b64decode(completion.choices[0].message.audio.data)
    with open("dog.wav", "wb") as f:
        f.write(wav_bytes)
    results["proxy output"] = len(wav_bytes)

    url = os.environ["AUDIO_URL"]
    response = requests.get(url)
    response.raise_for_status()
    wav_data = response.content
    encoded_string = base64.b64encode(wav_data).decode("utf-8")

    completion = litellm.completion(
        model="gpt-4o-audio-preview",
        modalities=["text", "audio"],
        audio={"voice": "alloy", "format": "wav"},
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is in this recording?"},
                    {
                        "type": "input_audio",
                        "input_audio": {"data": encoded_string, "format": "wav"},
                    },
                ],
            },
        ],
    )
    results["sdk input"] = completion.choices[0].message.audio.transcript

    completion = client.chat.completions.create(
        model="gpt-4o-audio-preview",
        modalities=["text", "audio"],
        audio={"voice": "alloy", "format": "wav"},
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is in this recording?"},
                    {
                        "type": "input_audio",
                        "input_audio": {"data": encoded_string, "format": "wav"},
                    },
                ],
            },
        ],
    )
    results["proxy input"] = completion.choices[0].message.audio.transcript
    return results


print(json.dumps(globals()[sys.argv[1]]()))
