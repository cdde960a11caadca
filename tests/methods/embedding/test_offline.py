"""Nothing is fetched, nothing heavy is loaded before it is needed: seen from a fresh process."""

import subprocess
import sys

NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event.startswith("socket.") or event == "urllib.Request":
        raise AssertionError(f"network use: {event} {arguments}")

sys.addaudithook(refuse)
"""


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", NO_NETWORK + program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_embedding_opens_no_socket():
    printed = run(
        "from commonwhy.methods.embedding import embed_by_language\n"
        "blocks = embed_by_language(['We learn together', 'Aprendemos con la familia', 'Chromebooks'])\n"
        "print([block.embeddings.known.all() for block in blocks] == [True] * 3)\n"
    )
    assert printed == "True"


def test_the_guard_itself_works():
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK + "import socket; socket.socket()"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "network use" in done.stderr


def test_importing_reads_no_table_and_no_heavy_library():
    printed = run(
        "opened = []\n"
        "sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == 'open' else None)\n"
        "import commonwhy.methods.embedding\n"
        "heavy = {'sklearn', 'scipy', 'torch', 'tokenizers', 'model2vec', 'huggingface_hub', 'sentence_transformers', 'django'}\n"
        "print(sorted(heavy & set(sys.modules)), [path for path in opened if '/data/' in path])\n"
    )
    assert printed == "[] []"


def test_the_default_embedder_needs_numpy_only():
    printed = run(
        "from commonwhy.methods.embedding import StaticTable\n"
        "StaticTable().embed(['We learn together'])\n"
        "print(sorted({'sklearn', 'scipy', 'tokenizers', 'model2vec', 'huggingface_hub'} & set(sys.modules)))\n"
    )
    assert printed == "[]"
