"""The development server: `python app.py`. gunicorn and `flask` start at wsgi.py."""

from returnflow.factory import start

app = start()

if __name__ == "__main__":
    app.run("127.0.0.1", app.extensions["returnflow"].settings.port)
