"""`make train`."""

from models.training.rebuild import main

if __name__ == "__main__":
    main()
