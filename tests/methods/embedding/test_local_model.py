"""A model on this machine, by path: a stand-in library shows what we ask of the real one."""

import sys
import types

import numpy as np
import pytest

from commonwhy.methods.embedding import Embedder, LocalModel, LocalModelUnavailableError


class StandIn:
    """Vectors of length 5 from the letters of a text; refuses whatever could reach a network."""

    def __init__(self, path, device, local_files_only):
        assert local_files_only
        assert device == "cpu"

    def encode(self, texts, convert_to_numpy, show_progress_bar):
        return np.asarray([[3.0 * len(text), 4.0 * len(text)] for text in texts])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return tmp_path


@pytest.fixture
def library(monkeypatch):
    module = types.ModuleType("sentence_transformers")
    module.SentenceTransformer = StandIn
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)


def test_vectors_are_scaled_and_blank_texts_marked(folder, library):
    model = LocalModel(folder, languages=["en", "es"])
    found = model.embed(["hello", " ", "hola"])
    assert isinstance(model, Embedder)
    np.testing.assert_allclose(found.vectors, [[0.6, 0.8], [0, 0], [0.6, 0.8]], atol=1e-6)
    assert found.known.tolist() == [True, False, True]
    assert model.languages == {"en", "es"}


@pytest.mark.parametrize("texts", [[], ["", " "]])
def test_nothing_said_needs_no_run(folder, library, texts):
    assert not LocalModel(folder, languages=None).embed(texts).known.any()


def test_the_version_follows_the_weights(folder):
    before = LocalModel(folder, languages=None).method
    (folder / "model.safetensors").write_bytes(b"other weights")
    after = LocalModel(folder, languages=None).method
    assert before.name == after.name == f"local-{folder.name}"
    assert before.version != after.version


def test_a_name_of_a_model_to_fetch_is_refused():
    with pytest.raises(LocalModelUnavailableError, match="no language model in"):
        LocalModel("sentence-transformers/all-MiniLM-L6-v2", languages=["en"])


def test_a_missing_library_is_named_only_when_it_is_needed(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    model = LocalModel(folder, languages=["en"])
    with pytest.raises(LocalModelUnavailableError, match="Install sentence-transformers"):
        model.embed(["hello"])
