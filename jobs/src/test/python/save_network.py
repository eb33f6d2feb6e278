"""Saves one of torchvision's networks as it is initialised: save_network.py NAME FILE."""
import sys

import torch
import torchvision

name, file = sys.argv[1:]
torch.manual_seed(314)
torch.save(getattr(torchvision.models, name)().state_dict(), file)
