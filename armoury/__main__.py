"""`python -m armoury`: the command line."""

from armoury.cli.main import main

if __name__ == "__main__":
    main()
