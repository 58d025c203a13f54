"""Asks a gateway through the Python clients of other APIs, and prints what each got as one line of JSON.

usage: ask.py CLIENT, with the environment variables URL (of the gateway), KEY, MASTER_KEY and AUDIO (a file).
"""

import json
import os
import sys

URL = os.environ["URL"]
KEY = os.environ["KEY"]


def audio():
    return open(os.environ["AUDIO"], "rb")


def plain(answer):
    """What a client made of an answer, as JSON."""
    if hasattr(answer, "model_dump"):
        return answer.model_dump(exclude_none=True)
    return answer


def refusal(call):
    """The kind of error that a client raises, and what it says of it."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 -- the kind is what is asked
        return [type(error).__name__, getattr(error, "status_code", None), getattr(error, "code", None)]
    return None


def ask_openai_like(client, wrong, model="whisper"):
    """What all clients made like OpenAI's can do."""
    transcriptions = client.audio.transcriptions
    return {
        "json": plain(transcriptions.create(model=model, file=audio())),
        "verbose": plain(
            transcriptions.create(
                model=model,
                file=audio(),
                response_format="verbose_json",
                timestamp_granularities=["word", "segment"],
            )
        ),
        "text": plain(transcriptions.create(model=model, file=audio(), response_format="text")),
        "translation": plain(client.audio.translations.create(model=model, file=audio())),
        "wrong key": refusal(lambda: wrong.audio.transcriptions.create(model=model, file=audio())),
        "unknown model": refusal(lambda: transcriptions.create(model="no-such", file=audio())),
        "bad field": refusal(lambda: transcriptions.create(model=model, file=audio(), temperature=7)),
    }


def openai():
    from openai import OpenAI

    def client(key):
        return OpenAI(base_url=f"{URL}/v1", api_key=key, max_retries=0)

    return ask_openai_like(client(KEY), client("sk-wrong"))


def openai_stream():
    from openai import OpenAI

    client = OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0)
    return [event.type for event in client.audio.transcriptions.create(model="gpt4o", file=audio(), stream=True)]


def azure():
    from openai import AzureOpenAI

    def client(key):
        return AzureOpenAI(azure_endpoint=URL, api_key=key, api_version="2024-06-01", max_retries=0)

    return ask_openai_like(client(KEY), client("sk-wrong"))


def speak(client, model, wrong_voice=True):
    """The audio whole and as it comes, its events, and what goes wrong."""
    speech = client.audio.speech
    words = {"model": model, "voice": "alloy", "input": "The quick brown fox."}
    path = os.path.join(os.environ["HOME"], "speech.mp3")
    with speech.with_streaming_response.create(response_format="wav", **words) as response:
        pieces = list(response.iter_bytes(1024))
        kind = response.headers["content-type"]
    speech.create(**words).write_to_file(path)
    return {
        "whole": len(speech.create(**words).content),
        "file": os.path.getsize(path),
        "streamed": [kind, len(pieces) > 10, b"".join(pieces)[:4].decode()],
        "bad voice": refusal(lambda: speech.create(**{**words, "voice": "nobody"})),
        "bad speed": refusal(lambda: speech.create(speed=9, **words)),
    }


def openai_speech():
    from openai import OpenAI

    return speak(OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0), "tts")


def azure_speech():
    from openai import AzureOpenAI

    return speak(AzureOpenAI(azure_endpoint=URL, api_key=KEY, api_version="2025-04-01-preview", max_retries=0), "tts")


def litellm_speech():
    import litellm

    def said(**options):
        return len(litellm.speech(voice="alloy", input="The quick brown fox.", api_key=KEY, **options).content)

    return {
        "openai/": said(model="openai/tts", api_base=f"{URL}/v1"),
        "azure/": said(model="azure/tts", api_base=URL, api_version="2025-04-01-preview"),
    }


def azure_deployment():
    from openai import AzureOpenAI

    client = AzureOpenAI(azure_endpoint=URL, azure_deployment="whisper", api_key=KEY, api_version="2024-06-01")
    return plain(client.audio.transcriptions.create(model="whatever", file=audio()))


def groq():
    from groq import Groq

    def client(key):
        return Groq(base_url=URL, api_key=key, max_retries=0)

    def named():
        return ("speech.wav", audio().read())

    transcriptions = client(KEY).audio.transcriptions
    return {
        "json": plain(transcriptions.create(model="whisper", file=named())),
        "verbose": plain(transcriptions.create(model="whisper", file=named(), response_format="verbose_json")),
        "translation": plain(client(KEY).audio.translations.create(model="whisper", file=named())),
        "wrong key": refusal(lambda: client("gsk_wrong").audio.transcriptions.create(model="whisper", file=named())),
    }


def portkey():
    from portkey_ai import Portkey

    client = Portkey(base_url=f"{URL}/v1", api_key=KEY)
    wrong = Portkey(base_url=f"{URL}/v1", api_key="pk-wrong")
    return {
        "json": client.audio.transcriptions.create(model="whisper", file=audio()).text,
        "translation": client.audio.translations.create(model="whisper", file=audio()).text,
        "wrong key": refusal(lambda: wrong.audio.transcriptions.create(model="whisper", file=audio())),
    }


def portkey_stores():
    from portkey_ai import Portkey

    admin = Portkey(base_url=f"{URL}/v1", api_key=os.environ["MASTER_KEY"])
    made = admin.configs.create(name="From Python", config={"virtual_key": "main"}, workspace_id="ws-1")
    changed = admin.configs.update(slug=made.slug, config={"provider": "openai"})
    kept = admin.configs.retrieve(slug=made.slug)
    listed = [config["slug"] for config in admin.configs.list(workspace_id="ws-1").data]
    client = Portkey(base_url=f"{URL}/v1", api_key=KEY)
    given = client.feedback.create(trace_id="from-python", value=5, weight=0.5, metadata={"_user": "ada"})
    several = client.feedback.bulk_create(feedbacks=[{"trace_id": "from-python", "value": value} for value in (1, 2)])
    updated = client.feedback.update(feedback_id=given.feedback_ids[0], value=-5)
    return {
        "slug": made.slug,
        "versions": len({made.version_id, changed.version_id}),
        "config": kept.config,
        "is listed": made.slug in listed,
        "feedback": [given.status, len(several.feedback_ids), updated.status],
        "wrong key": refusal(lambda: client.configs.list()),
    }


def portkey_headers():
    from openai import OpenAI
    from portkey_ai import createHeaders

    client = OpenAI(base_url=f"{URL}/v1", api_key="sk-of-nobody", default_headers=createHeaders(api_key=KEY))
    return client.audio.transcriptions.create(model="whisper", file=audio()).text


def portkey_page():
    """Portkey's page on speech to text, but for URL, key and file."""
    from openai import OpenAI
    from portkey_ai import Portkey, createHeaders

    client = OpenAI(
        base_url=f"{URL}/v1",
        api_key="sk-of-nobody",
        default_headers=createHeaders(api_key=KEY, virtual_key="OPENAI_VIRTUAL_KEY"),
    )
    portkey = Portkey(base_url=f"{URL}/v1", api_key=KEY, virtual_key="VIRTUAL_KEY")
    return [
        client.audio.transcriptions.create(model="whisper-1", file=audio()).text,
        client.audio.translations.create(model="whisper-1", file=audio()).text,
        portkey.audio.transcriptions.create(model="whisper-1", file=audio()).text,
        portkey.audio.translations.create(model="whisper-1", file=audio()).text,
    ]


def portkey_config():
    from portkey_ai import Portkey

    config = {
        "strategy": {
            "mode": "conditional",
            "conditions": [{"query": {"metadata.plan": {"$eq": "paid"}}, "then": "fallback"}],
            "default": "plain",
        },
        "targets": [
            {"name": "plain", "virtual_key": "OPENAI_VIRTUAL_KEY", "retry": {"attempts": 1}},
            {
                "name": "fallback",
                "strategy": {"mode": "fallback", "on_status_codes": [404]},
                "targets": [{"provider": "@nobody"}, {"provider": "@VIRTUAL_KEY", "request_timeout": 60000}],
            },
        ],
    }
    client = Portkey(base_url=f"{URL}/v1", api_key=KEY, config=config, trace_id="trace-of-python")

    def used(metadata):
        chosen = client.with_options(metadata=metadata).audio.transcriptions
        headers = chosen.create(model="whisper-1", file=audio()).get_headers()
        return headers["last-used-option-index"], headers["trace-id"]

    return [
        used({"plan": "free"}),
        used({"plan": "paid"}),
        refusal(
            lambda: Portkey(
                base_url=f"{URL}/v1", api_key=KEY, config={"strategy": {"mode": "scientist"}, "targets": [{}]}
            ).audio.transcriptions.create(model="whisper-1", file=audio())
        ),
    ]


def portkey_provider_key():
    from portkey_ai import Portkey

    client = Portkey(base_url=f"{URL}/v1", api_key=KEY, provider="openai", Authorization="sk-of-the-caller")
    return refusal(lambda: client.audio.transcriptions.create(model="whisper-1", file=audio()))


def litellm():
    return {**litellm_old(), "litellm_proxy/": litellm_hears(model="litellm_proxy/whisper", api_base=f"{URL}/v1")}


def litellm_old():
    """What the one of 2024 can do as well: it sends no recordings to its own proxy."""
    return {
        "openai/": litellm_hears(model="openai/whisper", api_base=f"{URL}/v1"),
        "azure/": litellm_hears(model="azure/whisper", api_base=URL, api_version="2024-06-01"),
    }


def litellm_hears(**options):
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm as sdk

    sdk.telemetry = False
    return sdk.transcription(api_key=KEY, file=audio(), **options).text


print(json.dumps(globals()[sys.argv[1]]()))
