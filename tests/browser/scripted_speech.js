// The browser's speech, scripted at its API: a test decides what the recogniser hears and sees what was spoken.
// Everything above the API (echo guard, half-duplex, turns) is the page's own.
(() => {
  const state = { running: null, spoken: [], heardStarts: 0, stall: false, current: null };

  class Recognition {
    start() {
      state.running = this;
      state.heardStarts += 1;
    }

    stop() {
      this.#close();
    }

    abort() {
      this.#close();
    }

    #close() {
      if (state.running === this) state.running = null;
      setTimeout(() => this.onend?.(), 0);
    }
  }

  function result(text, isFinal) {
    const list = [{ transcript: text, confidence: isFinal ? 0.92 : 0 }, { transcript: `${text} uh`, confidence: 0.4 }];
    list.isFinal = isFinal;
    return { results: [list] };
  }

  class Utterance {
    constructor(text) {
      this.text = text;
    }
  }

  const synthesis = {
    getVoices: () => [{ name: "Scripted", lang: "en-US" }],
    speak(utterance) {
      state.spoken.push(utterance.text);
      state.current = utterance;
      setTimeout(() => {
        utterance.onstart?.();
        utterance.onboundary?.({ charIndex: Math.floor(utterance.text.length / 2) });
        if (!state.stall && state.current === utterance) setTimeout(() => utterance.onend?.(), 5);
      }, 5);
    },
    cancel() {
      state.current = null;
    },
  };

  window.webkitSpeechRecognition = Recognition;
  delete window.SpeechRecognition;
  window.SpeechSynthesisUtterance = Utterance;
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
  window.scripted = {
    listening: () => state.running !== null,
    starts: () => state.heardStarts,
    spoken: () => state.spoken.join(""),
    stall: (on) => (state.stall = on),
    interim: (text) => state.running.onresult(result(text, false)),
    hear(text) {
      const recognition = state.running;
      recognition.onresult(result(text, true));
      recognition.stop();
    },
    fail(error) {
      const recognition = state.running;
      recognition.onerror({ error });
      recognition.stop();
    },
  };
})();
